#include "services/transform/engine/support/line_stage.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::transform {

absl::Status LineStage::Pass(absl::string_view line, Output& output) {
  ++lines_;
  absl::Status status = TakeLine(FirstLine(line), output);
  if (absl::IsInvalidArgument(status) && !ParameterOf(status)) {
    return BadInput(absl::StrCat(status.message(), ", in line ", lines_));
  }
  return status;
}

absl::Status LineStage::Keep(absl::string_view part, Output& output) {
  if (cut_.size() + part.size() > held_) {
    TRIAD_RETURN_IF_ERROR(output.Hold(static_cast<std::int64_t>(held_ + part.size())));
    held_ += held_ + part.size();
    cut_.reserve(held_);
  }
  cut_.append(part.data(), part.size());
  return absl::OkStatus();
}

absl::Status LineStage::Take(absl::string_view piece, Output& output) {
  while (!piece.empty()) {
    std::size_t newline = piece.find('\n');
    if (newline == absl::string_view::npos) return Keep(piece, output);
    absl::string_view part = piece.substr(0, newline + 1);
    if (cut_.empty()) {
      TRIAD_RETURN_IF_ERROR(Pass(part, output));
    } else {
      TRIAD_RETURN_IF_ERROR(Keep(part, output));
      TRIAD_RETURN_IF_ERROR(Pass(cut_, output));
      cut_.clear();
    }
    piece.remove_prefix(part.size());
  }
  return output.status();
}

absl::Status LineStage::Finish(Output& output) {
  if (!cut_.empty()) TRIAD_RETURN_IF_ERROR(Pass(cut_, output));
  cut_.clear();
  return End(output);
}

}  // namespace triad::transform
