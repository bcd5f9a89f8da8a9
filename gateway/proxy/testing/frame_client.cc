#include "gateway/proxy/testing/frame_client.h"

#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

constexpr int kLast = 0x80;
constexpr int kDeflated = 0x40;
constexpr int kMaskBit = 0x80;
constexpr char kMask[] = {0x12, 0x34, 0x56, 0x78};

std::string BigEndian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

std::uint64_t FromBigEndian(const std::string& text) {
  std::uint64_t value = 0;
  for (unsigned char byte : text) value = value << 8 | byte;
  return value;
}

std::string MaskedLength(std::size_t size) {
  if (size < 126) return std::string(1, static_cast<char>(kMaskBit | size));
  if (size < 65536) return absl::StrCat(std::string(1, '\xfe'), BigEndian(size, 2));
  return absl::StrCat(std::string(1, '\xff'), BigEndian(size, 8));
}

}  // namespace

int Frame::close_code() const {
  return payload.size() < 2 ? 0 : static_cast<int>(FromBigEndian(payload.substr(0, 2)));
}

std::string FrameClient::Handshake(const std::string& path, const std::string& headers) {
  return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n",
                      "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                      "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n", headers, "\r\n");
}

std::string FrameClient::Masked(int first_byte, const std::string& payload) {
  std::string bytes(1, static_cast<char>(first_byte));
  bytes += MaskedLength(payload.size());
  bytes.append(kMask, sizeof kMask);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    bytes.push_back(static_cast<char>(payload[i] ^ kMask[i % sizeof kMask]));
  }
  return bytes;
}

FrameClient::FrameClient(const std::string& address, const std::string& path,
                         const std::string& headers)
    : connection_(address) {
  connection_.Write(Handshake(path, headers));
  head_ = connection_.ReadUntil("\r\n\r\n");
  std::size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  head_.resize(end + 4);
  connection_.Take(head_.size());
}

void FrameClient::Send(int opcode, const std::string& payload, bool is_last) {
  connection_.Write(Masked(opcode | (is_last ? kLast : 0), payload));
}

Frame FrameClient::Receive() {
  Frame frame;
  std::string start = connection_.Take(2);
  if (start.size() < 2) return frame;
  int first = static_cast<unsigned char>(start[0]);
  std::uint64_t size = static_cast<unsigned char>(start[1]);
  if (size == 126) size = FromBigEndian(connection_.Take(2));
  if (size == 127) size = FromBigEndian(connection_.Take(8));
  frame.opcode = first & 0xf;
  frame.is_last = (first & kLast) != 0;
  frame.is_deflated = (first & kDeflated) != 0;
  frame.payload = connection_.Take(size);
  return frame;
}

std::string FrameClient::ReceiveText() {
  Frame frame = Receive();
  if (frame.opcode != kText) return "";
  std::string text = frame.payload;
  while (!frame.is_last && frame.opcode != -1) {
    frame = Receive();
    text += frame.payload;
  }
  return text;
}

}  // namespace triad::gateway
