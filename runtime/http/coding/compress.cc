#include "runtime/http/coding/compress.h"

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <utility>

namespace triad::http {
namespace {

constexpr int kGzip = 16;  // what it adds to the size of the window

absl::Status NoMemory() { return absl::ResourceExhaustedError("there is no memory to compress"); }

Bytef* Mutable(absl::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

// A deflate stream that is ended with it.
class Deflater {
 public:
  Deflater(int level, int window_bits, int memory_level)
      : made_(deflateInit2(&stream_, level, Z_DEFLATED, window_bits + kGzip, memory_level,
                           Z_DEFAULT_STRATEGY) == Z_OK) {}
  ~Deflater() {
    if (made_) deflateEnd(&stream_);
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  bool made() const { return made_; }

  std::string Run(absl::string_view bytes, int flush) {
    stream_.next_in = Mutable(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    std::size_t step = std::max<std::size_t>(kMinStep, bytes.size() / 4);
    do {
      std::size_t before = out.size();
      out.resize(before + step);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = static_cast<uInt>(step);
      deflate(&stream_, flush);
      out.resize(out.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return out;
  }

 private:
  static constexpr std::size_t kMinStep = 1024;

  z_stream stream_ = {};
  const bool made_;
};

absl::StatusOr<std::string> Gzip(absl::string_view bytes, Effort effort) {
  constexpr int kFastLevel = 4;
  constexpr int kMemoryLevel = 8;
  Deflater deflater(effort == Effort::kFast ? kFastLevel : Z_BEST_COMPRESSION, MAX_WBITS,
                    kMemoryLevel);
  if (!deflater.made()) return NoMemory();
  return deflater.Run(bytes, Z_FINISH);
}

absl::StatusOr<std::string> Brotli(absl::string_view bytes, Effort effort) {
  constexpr int kFastQuality = 4;
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string out(size, '\0');
  bool done =
      BrotliEncoderCompress(effort == Effort::kFast ? kFastQuality : BROTLI_MAX_QUALITY,
                            BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(), Mutable(bytes),
                            &size, reinterpret_cast<std::uint8_t*>(out.data())) == BROTLI_TRUE;
  if (!done) return NoMemory();
  out.resize(size);
  return out;
}

absl::StatusOr<std::string> Zstd(absl::string_view bytes, Effort effort) {
  constexpr int kBestLevel = 19;
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(),
                                   effort == Effort::kFast ? ZSTD_CLEVEL_DEFAULT : kBestLevel);
  if (ZSTD_isError(size) != 0) return NoMemory();
  out.resize(size);
  return out;
}

class DeflateStream final : public GzipStream {
 public:
  explicit DeflateStream(Window window)
      : deflater_(kLevel, window == Window::kSmall ? 12 : MAX_WBITS,
                  window == Window::kSmall ? 4 : 8) {}

  bool made() const { return deflater_.made(); }
  std::string Write(absl::string_view bytes, bool flush) override {
    return deflater_.Run(bytes, flush ? Z_SYNC_FLUSH : Z_NO_FLUSH);
  }
  std::string Finish() override { return deflater_.Run({}, Z_FINISH); }

 private:
  static constexpr int kLevel = 4;

  Deflater deflater_;
};

}  // namespace

absl::StatusOr<std::string> Compress(Coding coding, absl::string_view bytes, Effort effort) {
  switch (coding) {
    case Coding::kIdentity:
      return std::string(bytes);
    case Coding::kGzip:
      return Gzip(bytes, effort);
    case Coding::kBrotli:
      return Brotli(bytes, effort);
    case Coding::kZstd:
      return Zstd(bytes, effort);
  }
  return std::string(bytes);
}

std::unique_ptr<GzipStream> GzipStream::Create(Window window) {
  auto stream = std::make_unique<DeflateStream>(window);
  if (!stream->made()) return nullptr;
  return stream;
}

}  // namespace triad::http
