#include <lzma.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/status.h"
#include "services/transform/engine/families/compression/operations.h"

namespace triad::transform {
namespace {

// Of a decoder: a little over what `xz -9` needs.
constexpr std::uint64_t kMaxDecoderBytes = std::uint64_t{68} * 1024 * 1024;
constexpr std::int64_t kMaxPreset = 6;
constexpr std::size_t kBufferBytes = 32 * 1024;

// A stream of liblzma in either direction.
class XzStage final : public Stage {
 public:
  static absl::StatusOr<std::unique_ptr<Stage>> Encoder(std::uint32_t preset, Output& output) {
    TRIAD_RETURN_IF_ERROR(
        output.Hold(static_cast<std::int64_t>(lzma_easy_encoder_memusage(preset))));
    std::unique_ptr<XzStage> stage(new XzStage());
    stage->result_ = lzma_easy_encoder(&stage->stream_, preset, LZMA_CHECK_CRC64);
    return stage;
  }
  // What a decoder takes stands in the file.
  static std::unique_ptr<Stage> Decoder() {
    std::unique_ptr<XzStage> stage(new XzStage());
    stage->result_ = lzma_stream_decoder(&stage->stream_, 1, LZMA_CONCATENATED);
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
      stream_.next_out = reinterpret_cast<std::uint8_t*>(buffer_.data());
      stream_.avail_out = kBufferBytes;
      lzma_ret result = lzma_code(&stream_, action);
      std::size_t at = piece.size() - stream_.avail_in;
      output.Append(absl::string_view(buffer_.data(), kBufferBytes - stream_.avail_out));
      if (result == LZMA_STREAM_END) break;
      if (result == LZMA_MEMLIMIT_ERROR) {
        TRIAD_RETURN_IF_ERROR(Widen(at, output));
        continue;
      }
      if (result == LZMA_BUF_ERROR && action == LZMA_RUN) break;
      if (result != LZMA_OK) return Refused(result, at);
      more = stream_.avail_in > 0 || stream_.avail_out == 0 || action == LZMA_FINISH;
    }
    return output.status();
  }

  absl::Status Widen(std::size_t at, Output& output) {
    std::uint64_t needed = lzma_memusage(&stream_);
    if (needed > kMaxDecoderBytes) {
      return BadInputAt(at, "needs over 68 MiB to be decompressed, which is not given");
    }
    TRIAD_RETURN_IF_ERROR(output.Hold(static_cast<std::int64_t>(needed - held_)));
    held_ = needed;
    lzma_memlimit_set(&stream_, needed);
    return absl::OkStatus();
  }

  static absl::Status Refused(lzma_ret result, std::size_t at) {
    if (result == LZMA_BUF_ERROR) return BadInput("ends before its compressed data does");
    return BadInputAt(at, "is damaged, or compressed otherwise");
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret result_ = LZMA_OK;
  std::uint64_t held_ = 0;  // by a decoder
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
                          .default_value = "1",
                          .max = kMaxPreset}},
          .inverse = "unxz",
          .examples = {{"Triad", "xz | unxz", "Triad"}},
          .start = [](const Arguments& arguments,
                      Output& output) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return XzStage::Encoder(static_cast<std::uint32_t>(arguments.Integer("level")), output);
          }};
}

Operation Unxz() {
  return {.id = "unxz",
          .name = "XZ decompress",
          .aliases = {"LZMA Decompress"},
          .summary =
              "Decompresses an xz file that takes at most 68 MiB to read, as those of `xz -9` do.",
          .cost = Cost::kHeavy,
          .inverse = "xz",
          .examples = {{"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAEVHJpYWQAAAAACy8BbdrZhKIAAR0F"
                        "uC2Arx+2830BAAAAAARZWg==",
                        "from-base64 | unxz", "Triad"}},
          .start = [](const Arguments&, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
            return XzStage::Decoder();
          }};
}

}  // namespace triad::transform
