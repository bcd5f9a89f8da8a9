#include "runtime/rpc/wire/status_mapping.h"

#include <google/rpc/status.pb.h>

#include "absl/strings/cord.h"
#include "runtime/base/utf8.h"

namespace triad::rpc {
namespace {

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
    std::size_t length = FirstCharacter(text).length;
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
