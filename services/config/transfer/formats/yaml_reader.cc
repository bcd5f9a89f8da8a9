#include "services/config/transfer/formats/yaml_reader.h"

#include <yaml.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

FilePosition At(const yaml_mark_t& mark) {
  return {static_cast<std::int32_t>(mark.line) + 1, static_cast<std::int32_t>(mark.column) + 1};
}

absl::string_view TextOf(const yaml_char_t* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

// What the parser reads. It reads ahead, so that of a byte which is no YAML it knows the number
// alone.
class CountedBytes {
 public:
  explicit CountedBytes(const ByteSource& source) : source_(source) {}

  static int Read(void* bytes, unsigned char* buffer, std::size_t size, std::size_t* read) {
    *read = static_cast<CountedBytes*>(bytes)->Next(reinterpret_cast<char*>(buffer), size);
    return 1;
  }

  // Where the byte of this number is, which is one of those that were read last.
  FilePosition PositionOf(std::size_t number) const {
    return Behind(position_, absl::string_view(last_).substr(0, number - std::min(number, begin_)));
  }

 private:
  std::size_t Next(char* buffer, std::size_t size) {
    position_ = Behind(position_, last_);
    begin_ += last_.size();
    std::size_t count = source_(buffer, size);
    last_.assign(buffer, count);
    return count;
  }

  static FilePosition Behind(FilePosition at, absl::string_view text) {
    for (char c : text) {
      if (c == '\n') {
        at = {at.line + 1, 1};
      } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
        ++at.column;  // of a character, its first byte counts
      }
    }
    return at;
  }

  const ByteSource& source_;
  std::string last_;
  std::size_t begin_ = 0;  // number of its first byte
  FilePosition position_;  // of that
};

class Event {
 public:
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_ = {};
};

class Reader {
 public:
  Reader(const ByteSource& source, DocumentBuilder& builder) : bytes_(source), builder_(builder) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input(&parser_, &CountedBytes::Read, &bytes_);
  }
  ~Reader() { yaml_parser_delete(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  absl::Status Read() {
    for (;;) {
      Event event;
      if (yaml_parser_parse(&parser_, event.get()) == 0) return Malformed();
      if (event->type == YAML_STREAM_END_EVENT) return builder_.Finish(At(event->start_mark));
      TRIAD_RETURN_IF_ERROR(Take(*event.get()));
    }
  }

 private:
  // What a collection expects next.
  enum class Expects { kKey, kValue, kItem };

  // The parser's messages are fixed sentences, and say nothing of the text.
  absl::Status Malformed() const {
    std::string problem = parser_.problem == nullptr ? "is no YAML" : parser_.problem;
    bool unreadable = parser_.error == YAML_READER_ERROR;
    return RefusedAt(
        unreadable ? bytes_.PositionOf(parser_.problem_offset) : At(parser_.problem_mark), "",
        problem);
  }

  absl::Status Take(const yaml_event_t& event) {
    FilePosition at = At(event.start_mark);
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        if (std::exchange(started_, true)) return RefusedAt(at, "", "a second document begins");
        return absl::OkStatus();
      case YAML_ALIAS_EVENT:
        return RefusedAt(at, "", "an alias is not taken here: write out what it stands for");
      case YAML_SCALAR_EVENT:
        return TakeScalar(event, at);
      case YAML_MAPPING_START_EVENT:
        TRIAD_RETURN_IF_ERROR(
            CheckProperties(event.data.mapping_start.anchor, event.data.mapping_start.tag, at));
        TRIAD_RETURN_IF_ERROR(Begin(at, Expects::kKey));
        return builder_.BeginObject(at);
      case YAML_SEQUENCE_START_EVENT:
        TRIAD_RETURN_IF_ERROR(
            CheckProperties(event.data.sequence_start.anchor, event.data.sequence_start.tag, at));
        TRIAD_RETURN_IF_ERROR(Begin(at, Expects::kItem));
        return builder_.BeginArray(at);
      case YAML_MAPPING_END_EVENT:
        End();
        return builder_.EndObject(at);
      case YAML_SEQUENCE_END_EVENT:
        End();
        return builder_.EndArray(at);
      default:
        return absl::OkStatus();
    }
  }

  static absl::Status CheckProperties(const yaml_char_t* anchor, const yaml_char_t* tag,
                                      FilePosition at) {
    if (anchor != nullptr) return RefusedAt(at, "", "an anchor is not taken here");
    if (tag != nullptr) return RefusedAt(at, "", "a tag other than !!str is not taken here");
    return absl::OkStatus();
  }

  absl::Status Begin(FilePosition at, Expects expects) {
    if (!open_.empty() && open_.back() == Expects::kKey) {
      return RefusedAt(at, "", "a key must be text");
    }
    open_.push_back(expects);
    return absl::OkStatus();
  }

  void End() {
    open_.pop_back();
    AfterValue();
  }

  void AfterValue() {
    if (!open_.empty() && open_.back() == Expects::kValue) open_.back() = Expects::kKey;
  }

  absl::Status TakeScalar(const yaml_event_t& event, FilePosition at) {
    const auto& scalar = event.data.scalar;
    bool is_str = TextOf(scalar.tag) == YAML_STR_TAG;
    TRIAD_RETURN_IF_ERROR(CheckProperties(scalar.anchor, is_str ? nullptr : scalar.tag, at));
    std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (!open_.empty() && open_.back() == Expects::kKey) {
      open_.back() = Expects::kValue;
      return builder_.Key(at, std::move(text));
    }
    AfterValue();
    bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && !is_str;
    return builder_.Add(at,
                        plain ? ResolvePlain(text) : Scalar{Scalar::Kind::kText, std::move(text)});
  }

  CountedBytes bytes_;
  DocumentBuilder& builder_;
  yaml_parser_t parser_;
  bool started_ = false;
  std::vector<Expects> open_;
};

}  // namespace

absl::Status ReadYaml(const ByteSource& source, DocumentBuilder& builder) {
  return Reader(source, builder).Read();
}

}  // namespace triad::config
