#include "services/transform/engine/support/csv_reader.h"

#include "absl/strings/match.h"
#include "services/transform/engine/problem.h"

namespace triad::transform {

CsvReader::CsvReader(absl::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
  for (char c : {delimiter, '"', '\r', '\n'}) special_[static_cast<unsigned char>(c)] = true;
}

bool CsvReader::Next() {
  if (!status_.ok() || at_ == text_.size()) return false;
  ++row_;
  std::size_t count = 0;
  for (;;) {
    // Fields of the row before are used again, with their memory.
    if (count == fields_.size()) fields_.emplace_back();
    fields_[count].clear();
    if (!TakeField(fields_[count++])) return false;
    if (at_ < text_.size() && text_[at_] == delimiter_) {
      ++at_;
      continue;
    }
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size()) ++at_;
    fields_.resize(count);
    return true;
  }
}

bool CsvReader::AtEndOfField() const {
  absl::string_view rest = text_.substr(at_);
  return rest.empty() || rest[0] == delimiter_ || rest[0] == '\n' || absl::StartsWith(rest, "\r\n");
}

bool CsvReader::TakeField(std::string& field) {
  if (at_ < text_.size() && text_[at_] == '"') return TakeQuoted(field);
  std::size_t begin = at_;
  for (; at_ < text_.size(); ++at_) {
    if (!special_[static_cast<unsigned char>(text_[at_])]) continue;
    if (AtEndOfField()) break;
    if (text_[at_] == '"') {
      status_ = BadInputAt(at_, "has a quote in a field that does not begin with one");
      return false;
    }
  }
  field.assign(text_.data() + begin, at_ - begin);
  return true;
}

bool CsvReader::TakeQuoted(std::string& field) {
  std::size_t begin = at_++;
  for (;;) {
    std::size_t quote = text_.find('"', at_);
    if (quote == absl::string_view::npos) {
      status_ = BadInputAt(begin, "has a quote that is not closed");
      return false;
    }
    field.append(text_.data() + at_, quote - at_);
    at_ = quote + 1;
    if (at_ == text_.size() || text_[at_] != '"') break;
    field.push_back('"');
    ++at_;
  }
  if (AtEndOfField()) return true;
  status_ = BadInputAt(at_, "has text behind a closing quote");
  return false;
}

}  // namespace triad::transform
