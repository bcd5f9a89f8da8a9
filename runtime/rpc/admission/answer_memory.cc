#include "runtime/rpc/admission/answer_memory.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/status.h"
#include "runtime/io/peers.h"
#include "runtime/rpc/wire/encoded_codec.h"

namespace triad::rpc {
namespace {

// Lives for as long as gRPC refers to its bytes.
struct HeldAnswer {
  MemoryShare share;
  std::shared_ptr<const void> bytes;
};

// Has `size` bytes of the budget.
absl::StatusOr<std::shared_ptr<HeldAnswer>> Hold(std::size_t size, MemoryBudget& budget,
                                                 std::string peer,
                                                 std::function<void()> break_off) {
  std::shared_ptr<HeldAnswer> held(
      new HeldAnswer{MemoryShare(&budget, std::move(peer), std::move(break_off)), nullptr});
  held->share.SetKind(MemoryShare::Kind::kOrdinary);
  if (held->share.Grow(size)) return held;
  return WithRetryDelay(absl::UnavailableError(absl::StrCat(
                            "answers that callers have not taken hold the ", budget.size(),
                            " bytes there are (--memory_budget_bytes); try again")),
                        absl::Seconds(1));
}

std::string KeyOf(const std::string& address) {
  boost::system::error_code error;
  auto parsed = boost::asio::ip::make_address(address, error);
  return error ? std::string() : PeerKey(parsed);
}

// "127.0.0.1" of "ipv4:127.0.0.1:1234", "::1" of "ipv6:%5B::1%5D:1234".
std::string AddressIn(const std::string& uri) {
  std::string plain = absl::StrReplaceAll(uri, {{"%5B", ""}, {"%5D", ""}});
  absl::string_view address = plain;
  if (!absl::ConsumePrefix(&address, "ipv4:")) absl::ConsumePrefix(&address, "ipv6:");
  return std::string(address.substr(0, address.rfind(':')));
}

}  // namespace

absl::Status SerializeHeld(const google::protobuf::Message& message, MemoryBudget& budget,
                           std::string peer, std::function<void()> break_off,
                           grpc::ByteBuffer& bytes) {
  std::size_t size = message.ByteSizeLong();
  TRIAD_ASSIGN_OR_RETURN(std::shared_ptr<HeldAnswer> held,
                         Hold(size, budget, std::move(peer), std::move(break_off)));
  std::shared_ptr<char[]> data(new char[size]);
  if (!message.SerializeToArray(data.get(), static_cast<int>(size))) {
    return absl::InternalError(absl::StrCat("cannot serialize ", message.GetTypeName()));
  }
  absl::string_view piece(data.get(), size);
  held->bytes = std::move(data);
  return Serialize(EncodedBytes{std::move(held), {piece}}, bytes);
}

absl::Status SerializeHeld(const EncodedBytes& message, MemoryBudget& budget, std::string peer,
                           std::function<void()> break_off, grpc::ByteBuffer& bytes) {
  TRIAD_ASSIGN_OR_RETURN(std::shared_ptr<HeldAnswer> held,
                         Hold(message.size(), budget, std::move(peer), std::move(break_off)));
  held->bytes = message.owner;
  return Serialize(EncodedBytes{std::move(held), message.pieces}, bytes);
}

std::size_t RoomForAnswer(const MemoryBudget& budget, std::size_t wanted) {
  constexpr std::size_t kSharers = 64;
  // A little is left for what is around the bytes in their message.
  constexpr std::size_t kLeast = kSmallAnswer - 1024;
  std::size_t room = budget.size() / 4 * 3;  // what ordinary shares have
  std::size_t part = (room - std::min(room, budget.used())) / kSharers;
  return std::min(wanted, std::max(part, kLeast));
}

std::string AnswerPeer(const grpc::CallbackServerContext& context) {
  auto stated = context.client_metadata().find(kClientAddress);
  std::string key;
  if (stated != context.client_metadata().end()) {
    key = KeyOf(std::string(stated->second.data(), stated->second.size()));
  }
  return key.empty() ? KeyOf(AddressIn(context.peer())) : key;
}

}  // namespace triad::rpc
