// Included by tests in which thousands of failures are expected: none of them is logged.
#pragma once

#include <gtest/gtest.h>

#include "runtime/telemetry/logs/log.h"

namespace triad::storage {

class QuietLogs final : public ::testing::Environment {
  void SetUp() override {
    log::Options options;
    options.level = "error";
    ASSERT_EQ(log::Init(options), absl::OkStatus());
  }
};
inline const auto* const kQuietLogs = ::testing::AddGlobalTestEnvironment(new QuietLogs);

}  // namespace triad::storage
