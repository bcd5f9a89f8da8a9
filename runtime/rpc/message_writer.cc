#include "runtime/rpc/message_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace triad::rpc {
namespace {

constexpr int kVarint = 0;
constexpr int kLengthDelimited = 2;
constexpr std::size_t kMaxVarint = 10;  // bytes

constexpr std::size_t kFirstPiece = 4 * 1024;
constexpr std::size_t kMaxPiece = 64 * 1024;

constexpr std::int64_t kMicrosPerSecond = 1'000'000;

char* PutVarint(std::uint64_t value, char* to) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<char>(value | 0x80);
  *to++ = static_cast<char>(value);
  return to;
}

char* PutTag(int field, int type, char* to) {
  return PutVarint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(type), to);
}

char* PutBytes(absl::string_view bytes, char* to) {
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

char* PutField(int field, absl::string_view bytes, char* to) {
  to = PutVarint(bytes.size(), PutTag(field, kLengthDelimited, to));
  return PutBytes(bytes, to);
}

}  // namespace

void MessageWriter::Grow(std::size_t bytes) {
  buffer_.resize(std::max({size_ + bytes, 2 * buffer_.size(), std::size_t{512}}));
}

void MessageWriter::Text(int field, absl::Span<const absl::string_view> parts) {
  std::size_t size = 0;
  for (absl::string_view part : parts) size += part.size();
  if (size == 0) return;
  char* to = Room(2 * kMaxVarint + size);
  to = PutVarint(size, PutTag(field, kLengthDelimited, to));
  for (absl::string_view part : parts) to = PutBytes(part, to);
  TakeUpTo(to);
}

void MessageWriter::BytesHead(int field, std::size_t size) {
  TakeUpTo(PutVarint(size, PutTag(field, kLengthDelimited, Room(2 * kMaxVarint))));
}

void MessageWriter::Number(int field, std::int64_t number) {
  if (number == 0) return;
  char* to = PutTag(field, kVarint, Room(2 * kMaxVarint));
  TakeUpTo(PutVarint(static_cast<std::uint64_t>(number), to));
}

void MessageWriter::Time(int field, absl::Time time) {
  std::int64_t micros = absl::ToUnixMicros(time);
  std::int64_t rest = micros % kMicrosPerSecond;
  if (rest < 0) rest += kMicrosPerSecond;  // nanoseconds count forward, before 1970 too
  std::int64_t seconds = (micros - rest) / kMicrosPerSecond;
  char timestamp[4 * kMaxVarint];
  char* end = timestamp;
  if (seconds != 0) end = PutVarint(static_cast<std::uint64_t>(seconds), PutTag(1, kVarint, end));
  if (rest != 0) end = PutVarint(static_cast<std::uint64_t>(rest) * 1000, PutTag(2, kVarint, end));
  absl::string_view message(timestamp, static_cast<std::size_t>(end - timestamp));
  TakeUpTo(PutField(field, message, Room(2 * kMaxVarint + message.size())));
}

void MessageWriter::Pairs(int field, const std::map<std::string, std::string>& pairs) {
  for (const auto& [key, value] : pairs) {
    MessageWriter pair;
    pair.Text(1, key);
    pair.Text(2, value);
    absl::string_view message = pair.message();
    TakeUpTo(PutField(field, message, Room(2 * kMaxVarint + message.size())));
  }
}

void MessagePieces::AddField(int field, absl::string_view message) {
  char head[2 * kMaxVarint];
  char* end = PutVarint(message.size(), PutTag(field, kLengthDelimited, head));
  auto size = static_cast<std::size_t>(end - head);
  std::string& piece = PieceWithRoom(size + message.size());
  piece.append(head, size);
  piece.append(message.data(), message.size());
}

void MessagePieces::AddFields(absl::string_view message) {
  if (!message.empty()) PieceWithRoom(message.size()).append(message.data(), message.size());
}

EncodedBytes MessagePieces::Take() {
  std::vector<absl::string_view> views(pieces_->begin(), pieces_->end());
  return {std::move(pieces_), std::move(views)};
}

std::string& MessagePieces::PieceWithRoom(std::size_t bytes) {
  if (!pieces_->empty()) {
    std::string& last = pieces_->back();
    if (last.capacity() - last.size() >= bytes) return last;
  }
  std::size_t size = pieces_->empty() ? kFirstPiece : 2 * pieces_->back().size();
  std::string& piece = pieces_->emplace_back();
  piece.reserve(std::max(std::min(size, kMaxPiece), bytes));
  return piece;
}

}  // namespace triad::rpc
