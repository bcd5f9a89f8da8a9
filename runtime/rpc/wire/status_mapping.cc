#include "runtime/rpc/wire/status_mapping.h"

#include <google/rpc/status.pb.h>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/utf8.h"

namespace triad::rpc {
namespace {

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
    absl::string_view character = length == 0 ? "?" : text.substr(0, length);
    if (valid.size() + character.size() > limit) break;
    absl::StrAppend(&valid, character);
    text.remove_prefix(character.size());
  }
  return valid;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  std::string message = ValidUtf8(status.message(), kMaxErrorBytes);
  // The codes of Abseil are gRPC's by definition.
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message,
                      Details(status, message));
}

}  // namespace triad::rpc
