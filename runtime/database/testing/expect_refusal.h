// What a person reads when a database is refused at start.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace triad::db {

// `status` has `code` and one line that holds each of `parts`.
inline void ExpectRefusal(const absl::Status& status, absl::StatusCode code,
                          const std::vector<std::string>& parts) {
  std::string message(status.message());
  EXPECT_EQ(status.code(), code) << status;
  EXPECT_THAT(message, ::testing::Not(::testing::HasSubstr("\n")));
  for (const std::string& part : parts) EXPECT_THAT(message, ::testing::HasSubstr(part));
}

}  // namespace triad::db
