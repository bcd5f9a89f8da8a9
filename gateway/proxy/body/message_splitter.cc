#include "gateway/proxy/body/message_splitter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

// JSON's own (RFC 8259, section 2): others are for the codec to refuse.
constexpr char kSpace[] = " \t\r\n";

absl::string_view Trimmed(absl::string_view text) {
  std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == absl::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) + 1 - begin);
}

}  // namespace

void MessageSplitter::Add(absl::string_view piece) {
  scanned_ -= begin_;
  buffer_.erase(0, std::exchange(begin_, 0));
  buffer_.append(piece.data(), piece.size());
}

std::string MessageSplitter::place() const {
  return absl::StrCat(
      state_ == State::kInList || state_ == State::kBehindList ? "element " : "line ", number_);
}

void MessageSplitter::Start() {
  if (form_ == Form::kLines) {
    state_ = State::kLines;
    return;
  }
  std::size_t first = buffer_.find_first_not_of(kSpace);
  if (first == std::string::npos) {
    if (ended_) state_ = State::kLines;
    return;
  }
  state_ = buffer_[first] == '[' ? State::kInList : State::kLines;
  if (state_ == State::kInList) begin_ = scanned_ = first + 1;
}

absl::StatusOr<std::optional<std::string>> MessageSplitter::Next() {
  if (state_ == State::kStart) Start();
  switch (state_) {
    case State::kStart:
      return std::nullopt;
    case State::kLines:
      return NextLine();
    case State::kInList:
      return NextElement();
    case State::kBehindList:
      TRIAD_RETURN_IF_ERROR(CheckRest());
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<std::string> MessageSplitter::NextLine() {
  while (begin_ < buffer_.size()) {
    scanned_ = buffer_.find('\n', scanned_);
    if (scanned_ == std::string::npos) {
      scanned_ = buffer_.size();
      if (!ended_) return std::nullopt;
    }
    ++number_;
    std::string line = Take();
    if (!line.empty()) return line;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<std::string>> MessageSplitter::NextElement() {
  if (!FindEnd()) {
    if (ended_) return InvalidField("body", "is a list that does not end");
    return std::nullopt;
  }
  bool is_last = buffer_[scanned_] == ']';
  ++number_;
  std::string element = Take();
  if (is_last) state_ = State::kBehindList;
  if (!element.empty()) return element;
  if (is_last && number_ == 1) return Next();
  return InvalidField("body", "has a comma without a value beside it");
}

bool MessageSplitter::FindEnd() {
  for (; scanned_ < buffer_.size(); ++scanned_) {
    char c = buffer_[scanned_];
    if (in_string_) {
      if (!escaped_ && c == '"') in_string_ = false;
      escaped_ = !escaped_ && c == '\\';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (depth_ == 0 && (c == ',' || c == ']')) {
      return true;
    } else if (depth_ > 0 && (c == '}' || c == ']')) {
      --depth_;
    }
  }
  return false;
}

std::string MessageSplitter::Take() {
  absl::string_view taken(buffer_.data() + begin_, scanned_ - begin_);
  std::string text(Trimmed(taken));
  begin_ = scanned_ = std::min(scanned_ + 1, buffer_.size());
  return text;
}

absl::Status MessageSplitter::CheckRest() {
  std::size_t more = buffer_.find_first_not_of(kSpace, begin_);
  if (more != std::string::npos) return InvalidField("body", "goes on after the end of the list");
  begin_ = scanned_ = buffer_.size();
  return absl::OkStatus();
}

}  // namespace triad::gateway
