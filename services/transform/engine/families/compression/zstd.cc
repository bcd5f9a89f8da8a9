#include <zstd.h>
#include <zstd_errors.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/status.h"
#include "services/transform/engine/families/compression/operations.h"

namespace triad::transform {
namespace {

// A frame that needs a larger window is refused, as zstd's own tool does.
constexpr int kMaxWindowLog = 23;
constexpr std::int64_t kMaxLevel = 19;
constexpr std::size_t kBufferBytes = 32 * 1024;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// What a context has taken, which is known once it has.
class Taken {
 public:
  absl::Status Grow(std::size_t bytes, Output& output) {
    if (bytes <= bytes_) return absl::OkStatus();
    auto more = static_cast<std::int64_t>(bytes - bytes_);
    bytes_ = bytes;
    return output.Hold(more);
  }

 private:
  std::size_t bytes_ = 0;
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
      TRIAD_RETURN_IF_ERROR(taken_.Grow(ZSTD_sizeof_CCtx(context_.get()), output));
      output.Append(absl::string_view(buffer_.data(), out.pos));
      if (end == ZSTD_e_continue && in.pos == in.size) break;
    }
    return output.status();
  }

  const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context_{ZSTD_createCCtx()};
  Taken taken_;
  std::array<char, kBufferBytes> buffer_;
};

class Decompressor final : public Stage {
 public:
  Decompressor() { ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kMaxWindowLog); }

  absl::Status Take(absl::string_view piece, Output& output) override {
    ZSTD_inBuffer in = {piece.data(), piece.size(), 0};
    while ((in.pos < in.size || full_) && !output.failed()) {
      ZSTD_outBuffer out = {buffer_.data(), buffer_.size(), 0};
      left_ = ZSTD_decompressStream(context_.get(), &out, &in);
      if (ZSTD_isError(left_) != 0) return Refused();
      TRIAD_RETURN_IF_ERROR(taken_.Grow(ZSTD_sizeof_DCtx(context_.get()), output));
      output.Append(absl::string_view(buffer_.data(), out.pos));
      full_ = out.pos == out.size && left_ != 0;
    }
    return output.status();
  }

  absl::Status Finish(Output&) override {
    return left_ == 0 ? absl::OkStatus() : BadInput("ends before its compressed data does");
  }

 private:
  absl::Status Refused() const {
    if (ZSTD_getErrorCode(left_) == ZSTD_error_frameParameter_windowTooLarge) {
      return BadInput("needs a window of over 8 MiB, which is not given");
    }
    return BadInput("is damaged, or compressed otherwise");
  }

  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context_{ZSTD_createDCtx()};
  Taken taken_;
  std::array<char, kBufferBytes> buffer_;
  std::size_t left_ = 1;  // 0: a frame has ended, and no other has begun
  bool full_ = false;
};

}  // namespace

Operation Zstd() {
  return {
      .id = "zstd",
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
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
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
          .start = [](const Arguments&, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return std::make_unique<Decompressor>();
          }};
}

}  // namespace triad::transform
