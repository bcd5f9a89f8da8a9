#include <zlib.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/status.h"
#include "services/transform/engine/families/compression/operations.h"

namespace triad::transform {
namespace {

// What zlib takes for its window: 15 bits, and 16 more for gzip's header.
constexpr int kZlibWindow = 15;
constexpr int kGzipWindow = 15 + 16;
// What zlib says it takes for that window and memory level 8.
constexpr std::int64_t kDeflateBytes = 272 * 1024;
constexpr std::int64_t kInflateBytes = 48 * 1024;
constexpr std::size_t kBufferBytes = 32 * 1024;

void SetInput(z_stream& stream, absl::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

class Deflater final : public Stage {
 public:
  Deflater(int window, int level) {
    ready_ = deflateInit2(&stream_, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  ~Deflater() override { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  absl::Status Take(absl::string_view piece, Output& output) override {
    SetInput(stream_, piece);
    return Run(Z_NO_FLUSH, output);
  }
  absl::Status Finish(Output& output) override {
    SetInput(stream_, {});
    return Run(Z_FINISH, output);
  }

 private:
  absl::Status Run(int flush, Output& output) {
    if (!ready_) return absl::ResourceExhaustedError("there is no memory to compress");
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_out = kBufferBytes;
      deflate(&stream_, flush);
      output.Append(absl::string_view(buffer_.data(), kBufferBytes - stream_.avail_out));
    } while (stream_.avail_out == 0 && !output.failed());
    return output.status();
  }

  z_stream stream_ = {};
  std::array<char, kBufferBytes> buffer_;
  bool ready_ = false;
};

// gzip may have several members, one after the other (RFC 1952, section 2.2).
class Inflater final : public Stage {
 public:
  explicit Inflater(int window) : members_(window == kGzipWindow) {
    ready_ = inflateInit2(&stream_, window) == Z_OK;
  }
  ~Inflater() override { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  absl::Status Take(absl::string_view piece, Output& output) override {
    if (!ready_) return absl::ResourceExhaustedError("there is no memory to decompress");
    SetInput(stream_, piece);
    while (stream_.avail_in > 0 || more_) {
      std::size_t at = piece.size() - stream_.avail_in;
      if (ended_ && !members_) return BadInputAt(at, "goes on after its end");
      if (ended_) inflateReset(&stream_);
      ended_ = false;
      absl::Status status = Inflate(piece.size(), output);
      if (!status.ok()) return status;
    }
    return output.status();
  }

  absl::Status Finish(Output&) override {
    return ended_ ? absl::OkStatus() : BadInput("ends before its compressed data does");
  }

 private:
  absl::Status Inflate(std::size_t piece_bytes, Output& output) {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_out = kBufferBytes;
    int result = inflate(&stream_, Z_NO_FLUSH);
    output.Append(absl::string_view(buffer_.data(), kBufferBytes - stream_.avail_out));
    std::size_t at = piece_bytes - stream_.avail_in;
    // A full buffer may hold less than there was.
    more_ = stream_.avail_out == 0 && result == Z_OK;
    ended_ = result == Z_STREAM_END;
    if (result == Z_MEM_ERROR) {
      return absl::ResourceExhaustedError("there is no memory to decompress");
    }
    if (result == Z_NEED_DICT) return BadInputAt(at, "needs a dictionary, which there is none for");
    if (result == Z_DATA_ERROR) return BadInputAt(at, "is damaged, or compressed otherwise");
    return output.status();
  }

  z_stream stream_ = {};
  std::array<char, kBufferBytes> buffer_;
  const bool members_;
  bool ready_ = false;
  bool more_ = false;
  bool ended_ = false;
};

Parameter Level() {
  return {.name = "level",
          .summary = "From fast to small; 0 does not compress.",
          .kind = Kind::kInteger,
          .default_value = "6",
          .max = 9};
}

template <int kWindow>
absl::StatusOr<std::unique_ptr<Stage>> StartDeflate(const Arguments& arguments, Output& output) {
  TRIAD_RETURN_IF_ERROR(output.Hold(kDeflateBytes));
  return std::make_unique<Deflater>(kWindow, static_cast<int>(arguments.Integer("level")));
}

template <int kWindow>
absl::StatusOr<std::unique_ptr<Stage>> StartInflate(const Arguments&, Output& output) {
  TRIAD_RETURN_IF_ERROR(output.Hold(kInflateBytes));
  return std::make_unique<Inflater>(kWindow);
}

}  // namespace

Operation Gzip() {
  return {.id = "gzip",
          .name = "Gzip",
          .aliases = {"Gzip"},
          .summary = "Compresses to a gzip file (RFC 1952) without name and time.",
          .cost = Cost::kHeavy,
          .parameters = {Level()},
          .inverse = "gunzip",
          .examples = {{"Triad", "gzip | gunzip", "Triad"}},
          .start = StartDeflate<kGzipWindow>};
}

Operation Gunzip() {
  return {.id = "gunzip",
          .name = "Gunzip",
          .aliases = {"Gunzip"},
          .summary = "Decompresses a gzip file (RFC 1952), all of its members.",
          .cost = Cost::kMedium,
          .inverse = "gzip",
          .examples = {{"H4sIAAAAAAACAwspykxMAQAJ+bi7BQAAAA==", "from-base64 | gunzip", "Triad"}},
          .start = StartInflate<kGzipWindow>};
}

Operation Zlib() {
  return {.id = "zlib",
          .name = "Zlib compress",
          .aliases = {"Zlib Deflate"},
          .summary = "Compresses to a zlib stream (RFC 1950).",
          .cost = Cost::kHeavy,
          .parameters = {Level()},
          .inverse = "unzlib",
          .examples = {{"Triad", "zlib | to-base64", "eJwLKcpMTAEABdIB9Q=="}},
          .start = StartDeflate<kZlibWindow>};
}

Operation Unzlib() {
  return {.id = "unzlib",
          .name = "Zlib decompress",
          .aliases = {"Zlib Inflate"},
          .summary = "Decompresses a zlib stream (RFC 1950).",
          .cost = Cost::kMedium,
          .inverse = "zlib",
          .examples = {{"eJwLKcpMTAEABdIB9Q==", "from-base64 | unzlib", "Triad"}},
          .start = StartInflate<kZlibWindow>};
}

}  // namespace triad::transform
