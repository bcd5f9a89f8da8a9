#include "runtime/process/process.h"

#include <gtest/gtest.h>

namespace triad {
namespace {

TEST(IsLoopbackTest, KnowsTheAddresses) {
  for (const char* listen : {"127.0.0.1:1", "localhost:1", "[::1]:1", "127.0.0.2:1"}) {
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  }
  for (const char* listen : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1"}) {
    EXPECT_FALSE(IsLoopback(listen)) << listen;
  }
}

}  // namespace
}  // namespace triad
