#include "runtime/grpc_client/http2/repeated_fields.h"

#include <gtest/gtest.h>

#include <vector>

namespace triad::grpc_client {
namespace {

// Which fields of a call the one before had, too.
std::vector<bool> Ask(RepeatedFields& fields, const Metadata& metadata) {
  std::vector<bool> repeated;
  for (std::size_t i = 0; i < metadata.size(); ++i) {
    repeated.push_back(fields.Repeats(i, metadata[i]));
  }
  return repeated;
}

TEST(RepeatedFieldsTest, TellsWhatTheCallBeforeHad) {
  RepeatedFields fields;
  using Answers = std::vector<bool>;
  EXPECT_EQ(Ask(fields, {{"x-request-id", "1"}, {"client", "a"}}), (Answers{false, false}));
  EXPECT_EQ(Ask(fields, {{"x-request-id", "2"}, {"client", "a"}}), (Answers{false, true}));
  EXPECT_EQ(Ask(fields, {{"x-request-id", "3"}, {"client", "b"}}), (Answers{false, false}));
  EXPECT_EQ(Ask(fields, {{"x-request-id", "3"}}), (Answers{true}));
  EXPECT_EQ(Ask(fields, {{"x-request-id", "4"}, {"client", "b"}}), (Answers{false, true}));
}

TEST(RepeatedFieldsTest, ASecretIsNeverSaidToRepeat) {
  RepeatedFields fields;
  for (int call = 0; call < 3; ++call) {
    EXPECT_EQ(Ask(fields, {{"authorization", "Bearer x"}, {"cookie", "y"}}),
              (std::vector<bool>{false, false}));
  }
}

}  // namespace
}  // namespace triad::grpc_client
