#include "services/config/transfer/formats/json_reader.h"

#include <cstdint>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace triad::config {
namespace {

constexpr std::size_t kBuffer = 64 << 10;

// Knows where the token begins that the parser is reading. The parser tells of a token when it
// has read its last character, of a number when it has read the character behind it.
class Characters {
 public:
  explicit Characters(const ByteSource& source) : source_(source), buffer_(kBuffer) { Fill(); }

  bool ended() const { return size_ == 0; }
  char current() const { return buffer_[at_]; }

  void Advance() {
    Look(buffer_[at_]);
    if (++at_ == size_) Fill();
  }

  // Where the token begins that was read last. The next one begins after it, or with the
  // character behind it if that was read.
  FilePosition TakeToken(bool number) {
    FilePosition token = token_.value_or(last_);
    token_.reset();
    if (number && !ended_seen_ && IsSignificant(last_character_)) token_ = last_;
    return token;
  }
  FilePosition last() const { return last_; }
  void SawEnd() { ended_seen_ = true; }

 private:
  static bool IsSignificant(char c) {
    return absl::string_view(" \t\r\n,:").find(c) == absl::string_view::npos;
  }

  void Fill() {
    at_ = 0;
    size_ = source_(buffer_.data(), buffer_.size());
  }

  void Look(char c) {
    last_ = next_;
    last_character_ = c;
    if (!token_.has_value() && IsSignificant(c)) token_ = last_;
    if (c == '\n') {
      next_ = {next_.line + 1, 1};
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++next_.column;  // of a character, its first byte counts
    }
  }

  const ByteSource& source_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  FilePosition next_;  // of the character that comes next
  FilePosition last_;  // of the one that was read last
  char last_character_ = '\n';
  std::optional<FilePosition> token_;
  bool ended_seen_ = false;
};

// What the parser reads. All copies are at the same place; a default one is the end.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  Cursor() = default;
  explicit Cursor(Characters& characters) : characters_(&characters) {}

  char operator*() const { return characters_->current(); }
  Cursor& operator++() {
    characters_->Advance();
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  bool AtEnd() const {
    bool end = characters_ == nullptr || characters_->ended();
    if (end && characters_ != nullptr) characters_->SawEnd();
    return end;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.AtEnd() == b.AtEnd(); }
  friend bool operator!=(const Cursor& a, const Cursor& b) { return !(a == b); }

 private:
  Characters* characters_ = nullptr;
};

// Hands the parser's events on.
class Events final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Events(Characters& characters, DocumentBuilder& builder)
      : characters_(characters), builder_(builder) {}

  absl::Status status() const { return status_; }

  bool null() override { return Add({Scalar::Kind::kNull, "null"}); }
  bool boolean(bool truth) override { return Add({Scalar::Kind::kBool, truth ? "true" : "false"}); }
  bool number_integer(std::int64_t number) override {
    return Add({Scalar::Kind::kInt, absl::StrCat(number)});
  }
  bool number_unsigned(std::uint64_t number) override {
    return Add({Scalar::Kind::kInt, absl::StrCat(number)});
  }
  bool number_float(double, const std::string& text) override {
    return Add({Scalar::Kind::kDouble, text});
  }
  bool string(std::string& text) override { return Add({Scalar::Kind::kText, std::move(text)}); }
  bool binary(binary_t&) override { return false; }  // JSON has none
  bool start_object(std::size_t) override { return Keep(builder_.BeginObject(Token())); }
  bool key(std::string& key) override { return Keep(builder_.Key(Token(), std::move(key))); }
  bool end_object() override { return Keep(builder_.EndObject(Token())); }
  bool start_array(std::size_t) override { return Keep(builder_.BeginArray(Token())); }
  bool end_array() override { return Keep(builder_.EndArray(Token())); }
  // Its message would show what it has read.
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return Keep(RefusedAt(Token(), "", "is no well-formed JSON"));
  }

 private:
  FilePosition Token() { return characters_.TakeToken(false); }
  bool Add(Scalar scalar) {
    bool number = scalar.kind == Scalar::Kind::kInt || scalar.kind == Scalar::Kind::kDouble;
    FilePosition at = characters_.TakeToken(number);
    return Keep(builder_.Add(at, std::move(scalar)));
  }
  bool Keep(absl::Status status) {
    status_ = std::move(status);
    return status_.ok();
  }

  Characters& characters_;
  DocumentBuilder& builder_;
  absl::Status status_;
};

}  // namespace

absl::Status ReadJson(const ByteSource& source, DocumentBuilder& builder) {
  Characters characters(source);
  Events events(characters, builder);
  if (!nlohmann::json::sax_parse(Cursor(characters), Cursor(), &events)) {
    return events.status();
  }
  return builder.Finish(characters.last());
}

}  // namespace triad::config
