#include "runtime/rpc/wire/encoded_codec.h"

#include <memory>
#include <vector>

namespace triad::rpc {
namespace {

using Owner = std::shared_ptr<const void>;

void Release(void* owner) { delete static_cast<Owner*>(owner); }

}  // namespace

absl::Status Serialize(const EncodedBytes& message, grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  slices.reserve(message.pieces.size());
  for (absl::string_view piece : message.pieces) {
    // gRPC's slices only read what they point to.
    slices.emplace_back(const_cast<char*>(piece.data()), piece.size(), Release,
                        new Owner(message.owner));
  }
  grpc::ByteBuffer shared(slices.data(), slices.size());
  bytes.Swap(&shared);
  return absl::OkStatus();
}

}  // namespace triad::rpc
