#include "runtime/rpc/wire/status_mapping.h"

#include <google/rpc/status.pb.h>

#include "absl/strings/cord.h"

namespace triad::rpc {
namespace {

// Bytes of the UTF-8 character that `text` begins with; 0 if it is not one.
std::size_t CharacterLength(absl::string_view text) {
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  auto follows = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && at(i) >= low && at(i) <= high;
  };
  unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    unsigned high = lead == 0xed ? 0x9f : 0xbf;  // no surrogates
    return follows(1, low, high) && follows(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2, 0x80, 0xbf) && follows(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

// The codes of Abseil are gRPC's by definition.
grpc::StatusCode Code(const absl::Status& status) {
  return static_cast<grpc::StatusCode>(static_cast<int>(status.code()));
}

std::string Details(const absl::Status& status, const std::string& message) {
  google::rpc::Status all;
  all.set_code(static_cast<int>(status.code()));
  all.set_message(message);
  bool any = false;
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& bytes) {
    google::protobuf::Any& detail = *all.add_details();
    detail.set_type_url(std::string(type_url));
    detail.set_value(std::string(bytes));
    if (all.ByteSizeLong() <= kMaxErrorBytes) {
      any = true;
    } else {
      all.mutable_details()->RemoveLast();
    }
  });
  return any ? all.SerializeAsString() : std::string();
}

}  // namespace

std::string ValidUtf8(absl::string_view text, std::size_t limit) {
  std::string valid;
  while (!text.empty()) {
    std::size_t length = CharacterLength(text);
    std::size_t taken = length == 0 ? 1 : length;
    if (valid.size() + taken > limit) break;
    if (length == 0) {
      valid.push_back('?');
    } else {
      valid.append(text.data(), length);
    }
    text.remove_prefix(taken);
  }
  return valid;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  std::string message = ValidUtf8(status.message(), kMaxErrorBytes);
  return grpc::Status(Code(status), message, Details(status, message));
}

}  // namespace triad::rpc
