#include "services/example/counters/counter_store.h"

#include <gtest/gtest.h>

#include "runtime/database/testing/temp_database.h"
#include "services/example/migrations.h"

namespace triad::example {
namespace {

TEST(CounterStoreTest, CountsEachCounterByItself) {
  db::TempDatabase database(Migrations());
  CounterStore counters(*database);
  EXPECT_EQ(counters.Increment("visits")->value, 1);
  EXPECT_EQ(counters.Increment("visits")->value, 2);
  EXPECT_EQ(counters.Increment("orders")->value, 1);
}

TEST(CounterStoreTest, GoesOnAfterARestart) {
  db::TempDatabase database(Migrations());
  ASSERT_TRUE(CounterStore(*database).Increment("visits").ok());
  database.Reopen();
  EXPECT_EQ(CounterStore(*database).Increment("visits")->value, 2);
}

}  // namespace
}  // namespace triad::example
