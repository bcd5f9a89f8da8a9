#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "services/transform/engine/families/compression/operations.h"

namespace triad::transform {
namespace {

// A frame that needs a larger window is refused, as zstd's own tool does.
constexpr int kMaxWindowLog = 23;
constexpr std::int64_t kMaxWindowBytes = std::int64_t{1} << kMaxWindowLog;
constexpr std::int64_t kMaxLevel = 15;
// What level 15 takes with its window of 4 MiB, by ZSTD_estimateCStreamSize.
constexpr std::int64_t kCompressBytes = 32 * 1024 * 1024;
constexpr std::size_t kBufferBytes = 32 * 1024;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class Compressor final : public Stage {
 public:
  explicit Compressor(const Arguments& arguments) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel,
                           static_cast<int>(arguments.Integer("level")));
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, arguments.Flag("checksum") ? 1 : 0);
  }

  absl::Status Take(absl::string_view piece, Output& output) override {
    return Run(piece, ZSTD_e_continue, output);
  }
  absl::Status Finish(Output& output) override { return Run({}, ZSTD_e_end, output); }

 private:
  absl::Status Run(absl::string_view piece, ZSTD_EndDirective end, Output& output) {
    ZSTD_inBuffer in = {piece.data(), piece.size(), 0};
    for (std::size_t left = 1; left != 0 && !output.failed();) {
      ZSTD_outBuffer out = {buffer_.data(), buffer_.size(), 0};
      left = ZSTD_compressStream2(context_.get(), &out, &in, end);
      if (ZSTD_isError(left) != 0) return absl::InternalError(ZSTD_getErrorName(left));
      output.Append(absl::string_view(buffer_.data(), out.pos));
      if (end == ZSTD_e_continue && in.pos == in.size) break;
    }
    return output.status();
  }

  const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context_{ZSTD_createCCtx()};
  std::array<char, kBufferBytes> buffer_;
};

class Decompressor final : public Stage {
 public:
  Decompressor() { ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog); }

  absl::Status Take(absl::string_view piece, Output& output) override {
    ZSTD_inBuffer in = {piece.data(), piece.size(), 0};
    while ((in.pos < in.size || full_) && !output.failed()) {
      std::size_t at = in.pos;
      ZSTD_outBuffer out = {buffer_.data(), buffer_.size(), 0};
      left_ = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(left_) != 0) return Refused(at);
      output.Append(absl::string_view(buffer_.data(), out.pos));
      full_ = out.pos == out.size && left_ != 0;
    }
    return output.status();
  }

  absl::Status Finish(Output&) override {
    return left_ == 0 ? absl::OkStatus() : BadInput("ends before its compressed data does");
  }

 private:
  absl::Status Refused(std::size_t at) const {
    if (ZSTD_getErrorCode(left_) == ZSTD_error_frameParameter_windowTooLarge) {
      return BadInputAt(at, "needs a window of over 8 MiB, which is not given");
    }
    return BadInputAt(at, "is damaged, or compressed otherwise");
  }

  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context_{ZSTD_createDCtx()};
  std::array<char, kBufferBytes> buffer_;
  std::size_t left_ = 1;  // 0: a frame has ended, and no other has begun
  bool full_ = false;
};

}  // namespace

Operation Zstd() {
  return {.id = "zstd",
          .name = "Zstandard compress",
          .aliases = {"Zstandard Compress"},
          .summary = "Compresses to a Zstandard frame (RFC 8878).",
          .cost = Cost::kHeavy,
          .parameters = {{.name = "level",
                          .summary = "From fast to small.",
                          .kind = Kind::kInteger,
                          .default_value = "3",
                          .min = 1,
                          .max = kMaxLevel},
                         {.name = "checksum",
                          .summary = "Whether it ends with a checksum.",
                          .kind = Kind::kFlag,
                          .default_value = "true"}},
          .inverse = "unzstd",
          .examples = {{"Triad", "zstd | unzstd", "Triad"}},
          .memory = kCompressBytes,
          .start = [](const Arguments& arguments) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Compressor>(arguments);
          }};
}

Operation Unzstd() {
  return {.id = "unzstd",
          .name = "Zstandard decompress",
          .aliases = {"Zstandard Decompress"},
          .summary = "Decompresses Zstandard frames (RFC 8878) with windows of at most 8 MiB.",
          .cost = Cost::kMedium,
          .inverse = "zstd",
          .examples = {{"KLUv/QBYKQAAVHJpYWQ=", "from-base64 | unzstd", "Triad"}},
          .memory = kMaxWindowBytes,
          .start = [](const Arguments&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Decompressor>();
          }};
}

}  // namespace triad::transform
