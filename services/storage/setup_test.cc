#include "services/storage/setup.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/base/random.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/database/testing/temp_database.h"
#include "services/storage/migrations.h"
#include "services/storage/rows/bucket_rows.h"

namespace triad::storage {
namespace {

TEST(PrepareTest, ADatabaseStaysWhoItIs) {
  FakeClock clock;
  db::TempDatabase database(Migrations());
  std::string id = *Prepare(*database, clock, Random::System());
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(*Prepare(*database, clock, Random::System()), id);
  EXPECT_NE(*Prepare(*db::TempDatabase(Migrations()), clock, Random::System()), id);
}

TEST(PrepareTest, MakesTheBucketOfUploadsOnce) {
  FakeClock clock;
  absl::Time first = clock.Now();
  db::TempDatabase database(Migrations());
  for (int start = 0; start < 2; ++start) {
    ASSERT_TRUE(Prepare(*database, clock, Random::System()).ok());
    EXPECT_EQ(db::Read(*database,
                       [](db::Session& session) { return BucketRows(session).Get(kUploadsBucket); })
                  ->create_time,
              first);
    clock.Advance(absl::Minutes(1));
  }
}

}  // namespace
}  // namespace triad::storage
