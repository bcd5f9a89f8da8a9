#include "services/transform/engine/problem.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace triad::transform {
namespace {

// For the engine, which takes them off again.
constexpr absl::string_view kByte = "triad.transform/byte";
constexpr absl::string_view kParameter = "triad.transform/parameter";

std::optional<std::string> Payload(const absl::Status& status, absl::string_view url) {
  absl::optional<absl::Cord> payload = status.GetPayload(url);
  if (!payload.has_value()) return std::nullopt;
  return std::string(*payload);
}

}  // namespace

absl::Status BadInput(absl::string_view problem) { return absl::InvalidArgumentError(problem); }

absl::Status BadInputAt(std::size_t byte, absl::string_view problem) {
  absl::Status status = BadInput(problem);
  status.SetPayload(kByte, absl::Cord(absl::StrCat(byte)));
  return status;
}

absl::Status BadArgument(absl::string_view parameter, absl::string_view problem) {
  absl::Status status = BadInput(problem);
  status.SetPayload(kParameter, absl::Cord(parameter));
  return status;
}

std::optional<std::size_t> ByteOf(const absl::Status& status) {
  std::optional<std::string> text = Payload(status, kByte);
  std::size_t byte = 0;
  if (!text || !absl::SimpleAtoi(*text, &byte)) return std::nullopt;
  return byte;
}

std::optional<std::string> ParameterOf(const absl::Status& status) {
  return Payload(status, kParameter);
}

bool MayBeRetried(const absl::Status& status) {
  return status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value();
}

absl::Status FurtherOn(absl::Status status, std::size_t bytes) {
  std::optional<std::size_t> byte = ByteOf(status);
  if (byte) status.SetPayload(kByte, absl::Cord(absl::StrCat(*byte + bytes)));
  return status;
}

}  // namespace triad::transform
