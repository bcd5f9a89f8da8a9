#include <lzma.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "services/transform/engine/families/compression/operations.h"

namespace triad::transform {
namespace {

// Of a decoder: enough for what `xz -6` makes.
constexpr std::int64_t kMaxDecoderBytes = 12 * 1024 * 1024;
constexpr std::int64_t kMaxPreset = 3;
// What preset 3 takes, by lzma_easy_encoder_memusage.
constexpr std::int64_t kEncoderBytes = 33 * 1024 * 1024;
constexpr std::size_t kBufferBytes = 32 * 1024;

// A stream of liblzma in either direction.
class XzStage final : public Stage {
 public:
  static std::unique_ptr<XzStage> Encoder(std::uint32_t preset) {
    std::unique_ptr<XzStage> stage(new XzStage());
    stage->result_ = lzma_easy_encoder(&stage->stream_, preset, LZMA_CHECK_CRC64);
    return stage;
  }
  static std::unique_ptr<XzStage> Decoder() {
    std::unique_ptr<XzStage> stage(new XzStage());
    stage->result_ = lzma_stream_decoder(&stage->stream_, kMaxDecoderBytes, LZMA_CONCATENATED);
    return stage;
  }
  ~XzStage() override { lzma_end(&stream_); }
  XzStage(const XzStage&) = delete;
  XzStage& operator=(const XzStage&) = delete;

  absl::Status Take(absl::string_view piece, Output& output) override {
    return Run(piece, LZMA_RUN, output);
  }
  absl::Status Finish(Output& output) override { return Run({}, LZMA_FINISH, output); }

 private:
  XzStage() = default;

  absl::Status Run(absl::string_view piece, lzma_action action, Output& output) {
    if (result_ != LZMA_OK) return absl::ResourceExhaustedError("there is no memory for xz");
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(piece.data());
    stream_.avail_in = piece.size();
    bool more = true;
    while (more && !output.failed()) {
      std::size_t at = piece.size() - stream_.avail_in;
      stream_.next_out = reinterpret_cast<std::uint8_t*>(buffer_.data());
      stream_.avail_out = kBufferBytes;
      lzma_ret result = lzma_code(&stream_, action);
      output.Append(absl::string_view(buffer_.data(), kBufferBytes - stream_.avail_out));
      if (result == LZMA_STREAM_END) break;
      if (result == LZMA_BUF_ERROR && action == LZMA_RUN) break;
      if (result != LZMA_OK) return Refused(result, at);
      more = stream_.avail_in > 0 || stream_.avail_out == 0 || action == LZMA_FINISH;
    }
    return output.status();
  }

  static absl::Status Refused(lzma_ret result, std::size_t at) {
    if (result == LZMA_BUF_ERROR) return BadInput("ends before its compressed data does");
    if (result == LZMA_MEMLIMIT_ERROR) {
      return BadInputAt(at, "needs over 12 MiB to be decompressed, which is not given");
    }
    return BadInputAt(at, "is damaged, or compressed otherwise");
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret result_ = LZMA_OK;
  std::array<char, kBufferBytes> buffer_;
};

}  // namespace

Operation Xz() {
  return {.id = "xz",
          .name = "XZ compress",
          .aliases = {"LZMA Compress"},
          .summary = "Compresses to an xz file.",
          .cost = Cost::kHeavy,
          .parameters = {{.name = "level",
                          .summary = "From fast to small.",
                          .kind = Kind::kInteger,
                          .default_value = "3",
                          .max = kMaxPreset}},
          .inverse = "unxz",
          .examples = {{"Triad", "xz | unxz", "Triad"}},
          .memory = kEncoderBytes,
          .start = [](const Arguments& arguments) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return XzStage::Encoder(static_cast<std::uint32_t>(arguments.Integer("level")));
          }};
}

Operation Unxz() {
  return {.id = "unxz",
          .name = "XZ decompress",
          .aliases = {"LZMA Decompress"},
          .summary = "Decompresses an xz file that takes at most 12 MiB to read.",
          .cost = Cost::kHeavy,
          .inverse = "xz",
          .examples = {{"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAEVHJpYWQAAAAACy8BbdrZhKIAAR0F"
                        "uC2Arx+2830BAAAAAARZWg==",
                        "from-base64 | unxz", "Triad"}},
          .memory = kMaxDecoderBytes,
          .start = [](const Arguments&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return XzStage::Decoder();
          }};
}

}  // namespace triad::transform
