#include "services/transform/engine/worker.h"

#include <algorithm>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

namespace triad::transform {
namespace {

constexpr char kInvalid[] = "invalid";

InvalidText InvalidTextOf(const Arguments& arguments) {
  return arguments.Text(kInvalid) == "replace" ? InvalidText::kReplace : InvalidText::kError;
}

// The length of the first piece of `bytes`; of text it has whole characters.
std::size_t PieceLength(absl::string_view bytes, Data data) {
  std::size_t end = std::min(bytes.size(), kMaxPieceBytes);
  if (data == Data::kBytes || end == bytes.size()) return end;
  while ((static_cast<unsigned char>(bytes[end]) & 0xC0) == 0x80) --end;
  return end;
}

absl::Status RunWhole(const Operation& operation, const Arguments& arguments,
                      absl::string_view input, Output& output) {
  TRIAD_RETURN_IF_ERROR(output.Hold(operation.scratch * static_cast<std::int64_t>(input.size())));
  TRIAD_RETURN_IF_ERROR(operation.run(input, arguments, output));
  return output.status();
}

// `input` if it is valid, else what takes its place, which `replaced` keeps.
absl::StatusOr<absl::string_view> TextOf(absl::string_view input, const Arguments& arguments,
                                         std::string& replaced) {
  if (ValidUtf8Length(input) == input.size()) return input;
  Utf8Gate gate(InvalidTextOf(arguments), [&replaced](absl::string_view text) {
    replaced.append(text.data(), text.size());
    return absl::OkStatus();
  });
  TRIAD_RETURN_IF_ERROR(gate.Take(input));
  TRIAD_RETURN_IF_ERROR(gate.Finish());
  return absl::string_view(replaced);
}

}  // namespace

Parameter InvalidTextParameter() {
  return {.name = kInvalid,
          .summary = "Bytes that are not UTF-8: an error, or U+FFFD in their place.",
          .kind = Kind::kChoice,
          .default_value = "error",
          .choices = {"error", "replace"}};
}

absl::Status RunOperation(const Operation& operation, const Arguments& arguments,
                          absl::string_view input, Output& output) {
  if (!operation.streams()) {
    output.CountInput(input.size());
    if (operation.takes == Data::kBytes) return RunWhole(operation, arguments, input, output);
    std::string replaced;
    TRIAD_ASSIGN_OR_RETURN(absl::string_view text, TextOf(input, arguments, replaced));
    return RunWhole(operation, arguments, text, output);
  }
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Worker> worker,
                         Worker::Start(operation, arguments, output));
  TRIAD_RETURN_IF_ERROR(worker->Take(input));
  return worker->Finish();
}

absl::StatusOr<std::unique_ptr<Worker>> Worker::Start(const Operation& operation,
                                                      const Arguments& arguments, Output& output) {
  std::unique_ptr<Worker> worker(new Worker(operation, arguments, output));
  if (operation.streams()) {
    TRIAD_ASSIGN_OR_RETURN(worker->stage_, operation.start(arguments, output));
  }
  return worker;
}

Worker::Worker(const Operation& operation, const Arguments& arguments, Output& output)
    : operation_(operation), arguments_(arguments), output_(output) {
  if (operation.streams() && operation.takes == Data::kText) {
    gate_.emplace(InvalidTextOf(arguments),
                  [this](absl::string_view text) { return TakePieces(text); });
  }
}

absl::Status Worker::Take(absl::string_view piece) {
  if (stage_ == nullptr) {
    TRIAD_RETURN_IF_ERROR(output_.Hold(static_cast<std::int64_t>(piece.size())));
    whole_.append(piece.data(), piece.size());
    return absl::OkStatus();
  }
  output_.CountInput(piece.size());
  return gate_.has_value() ? gate_->Take(piece) : TakePieces(piece);
}

absl::Status Worker::TakePieces(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (!output_.Going(taken_)) return output_.status();
    absl::string_view piece = bytes.substr(0, PieceLength(bytes, operation_.takes));
    absl::Status status = stage_->Take(piece, output_);
    if (!status.ok()) return FurtherOn(std::move(status), taken_);
    bool is_first = taken_ == 0 && piece.size() < bytes.size();
    if (is_first) ExpectAsMuchOf(bytes.size(), piece.size());
    taken_ += piece.size();
    bytes.remove_prefix(piece.size());
  }
  return output_.status();
}

// The first `piece` bytes of `all` have become what there is. What grows by far more than others
// is not believed to go on so.
void Worker::ExpectAsMuchOf(std::size_t all, std::size_t piece) {
  constexpr std::size_t kMaxGrowth = 3;
  std::size_t pieces = all / piece + 1;
  auto output = static_cast<std::size_t>(output_.total_bytes());
  output_.Expect(std::min(output * pieces, kMaxGrowth * all));
}

absl::Status Worker::Finish() {
  if (stage_ == nullptr) return RunOperation(operation_, arguments_, whole_, output_);
  if (gate_.has_value()) TRIAD_RETURN_IF_ERROR(gate_->Finish());
  absl::Status status = stage_->Finish(output_);
  if (!status.ok()) return FurtherOn(std::move(status), taken_);
  return output_.status();
}

}  // namespace triad::transform
