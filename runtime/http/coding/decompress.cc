#include "runtime/http/coding/decompress.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"

namespace triad::http {
namespace {

constexpr int kGzip = 16;
constexpr std::size_t kStep = 64 * 1024;
// RFC 9659: the largest window that a zstd frame of HTTP may ask for, 8 MiB.
constexpr int kZstdWindowLog = 23;

absl::Status Malformed(Coding coding) {
  return absl::InvalidArgumentError(
      absl::StrCat("the body is not ", NameOf(coding), ", or is cut short"));
}

// Where output goes, step by step.
class Output {
 public:
  explicit Output(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Room for the next bytes, at least one; beyond the limit there is one byte, to notice.
  char* Prepare() {
    room_ = std::min(kStep, max_bytes_ + 1 - bytes_.size());
    bytes_.resize(bytes_.size() + room_);
    return bytes_.data() + bytes_.size() - room_;
  }
  std::size_t room() const { return room_; }
  // `left` of the room was not used. False beyond the limit.
  bool Commit(std::size_t left) {
    bytes_.resize(bytes_.size() - left);
    return bytes_.size() <= max_bytes_;
  }
  absl::Status TooLarge() const {
    return absl::OutOfRangeError(absl::StrCat("the body is over ", max_bytes_, " bytes"));
  }
  std::string Take() && { return std::move(bytes_); }

 private:
  const std::size_t max_bytes_;
  std::size_t room_ = 0;
  std::string bytes_;
};

// A file of gzip may have several members, one behind the other (RFC 1952, section 2.2).
absl::StatusOr<std::string> Gunzip(absl::string_view bytes, std::size_t max_bytes) {
  z_stream stream = {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  if (inflateInit2(&stream, MAX_WBITS + kGzip) != Z_OK) return Malformed(Coding::kGzip);
  auto end = [](z_stream* ended) { inflateEnd(ended); };
  std::unique_ptr<z_stream, decltype(end)> ending(&stream, end);
  Output output(max_bytes);
  int result = Z_OK;
  while (result != Z_STREAM_END || stream.avail_in > 0) {
    if (result == Z_STREAM_END && inflateReset(&stream) != Z_OK) return Malformed(Coding::kGzip);
    stream.next_out = reinterpret_cast<Bytef*>(output.Prepare());
    stream.avail_out = static_cast<uInt>(output.room());
    result = inflate(&stream, Z_NO_FLUSH);
    bool is_stuck = stream.avail_out == output.room() && stream.avail_in == 0;
    if (!output.Commit(stream.avail_out)) return output.TooLarge();
    bool is_good = result == Z_STREAM_END || (result == Z_OK && !is_stuck);
    if (!is_good) return Malformed(Coding::kGzip);
  }
  return std::move(output).Take();
}

absl::StatusOr<std::string> Unbrotli(absl::string_view bytes, std::size_t max_bytes) {
  std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> decoder(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  std::size_t in_left = bytes.size();
  Output output(max_bytes);
  BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
  while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
    auto* out = reinterpret_cast<std::uint8_t*>(output.Prepare());
    std::size_t out_left = output.room();
    result = BrotliDecoderDecompressStream(decoder.get(), &in_left, &in, &out_left, &out, nullptr);
    if (!output.Commit(out_left)) return output.TooLarge();
  }
  bool is_whole = result == BROTLI_DECODER_RESULT_SUCCESS && in_left == 0;
  if (!is_whole) return Malformed(Coding::kBrotli);
  return std::move(output).Take();
}

absl::StatusOr<std::string> Unzstd(absl::string_view bytes, std::size_t max_bytes) {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> decoder(ZSTD_createDCtx(), ZSTD_freeDCtx);
  ZSTD_DCtx_setParameter(decoder.get(), ZSTD_d_windowLogMax, kZstdWindowLog);
  ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
  Output output(max_bytes);
  std::size_t result = 1;
  while (result != 0 || in.pos < in.size) {
    char* place = output.Prepare();
    ZSTD_outBuffer out = {place, output.room(), 0};
    result = ZSTD_decompressStream(decoder.get(), &out, &in);
    bool is_stuck = out.pos == 0 && in.pos == in.size && result != 0;
    if (!output.Commit(out.size - out.pos)) return output.TooLarge();
    if (ZSTD_isError(result) != 0 || is_stuck) return Malformed(Coding::kZstd);
  }
  return std::move(output).Take();
}

}  // namespace

absl::StatusOr<std::string> Decompress(Coding coding, absl::string_view bytes,
                                       std::size_t max_bytes) {
  switch (coding) {
    case Coding::kIdentity:
      return std::string(bytes);
    case Coding::kGzip:
      return Gunzip(bytes, max_bytes);
    case Coding::kBrotli:
      return Unbrotli(bytes, max_bytes);
    case Coding::kZstd:
      return Unzstd(bytes, max_bytes);
  }
  return std::string(bytes);
}

}  // namespace triad::http
