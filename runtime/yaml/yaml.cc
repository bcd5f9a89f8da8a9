#include "runtime/yaml/yaml.h"

#include <yaml.h>

#include <memory>
#include <regex>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad {
namespace {

using nlohmann::ordered_json;

constexpr int kMaxDepth = 100;
constexpr int kBestWidth = -1;  // lines are not folded

bool IsNumber(const std::string& text) {
  static const auto& number = *new std::regex("[-+]?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  return std::regex_match(text, number);
}

// What YAML 1.1, or a reader that is generous with it, takes for something else than text.
bool CouldBeMistaken(const std::string& text) {
  static const auto& special = *new std::regex(
      "|~|null|y|n|yes|no|on|off|true|false|=|<<|[-+.]?[0-9].*|[-+]?\\.(inf|nan)|---.*|\\.\\.\\..*",
      std::regex::icase);
  return std::regex_match(text, special);
}

class Loader {
 public:
  explicit Loader(absl::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Loader() { yaml_parser_delete(&parser_); }
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  absl::StatusOr<ordered_json> Load() {
    TRIAD_RETURN_IF_ERROR(Advance());  // the stream
    TRIAD_RETURN_IF_ERROR(Advance());
    if (event().type == YAML_STREAM_END_EVENT) return ordered_json();
    TRIAD_RETURN_IF_ERROR(Advance());  // what the document begins with
    TRIAD_ASSIGN_OR_RETURN(ordered_json value, Value(0));
    TRIAD_RETURN_IF_ERROR(Advance());  // its end
    TRIAD_RETURN_IF_ERROR(Advance());
    if (event().type == YAML_STREAM_END_EVENT) return value;
    return Problem("expected one document");
  }

 private:
  struct Deleter {
    void operator()(yaml_event_t* event) const {
      yaml_event_delete(event);
      delete event;
    }
  };

  const yaml_event_t& event() const { return *event_; }

  absl::Status Advance() {
    auto next = std::make_unique<yaml_event_t>();
    if (yaml_parser_parse(&parser_, next.get()) == 0) {
      return At(parser_.problem_mark, parser_.problem == nullptr ? "no YAML" : parser_.problem);
    }
    event_.reset(next.release());
    return absl::OkStatus();
  }

  static absl::Status At(const yaml_mark_t& mark, absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", mark.line + 1, ", column ", mark.column + 1, ": ", what));
  }
  absl::Status Problem(absl::string_view what) const { return At(event().start_mark, what); }

  // Of the event that has been read; leaves its last one.
  absl::StatusOr<ordered_json> Value(int depth) {
    if (depth > kMaxDepth) return Problem("more levels than 100");
    switch (event().type) {
      case YAML_SCALAR_EVENT:
        return Scalar();
      case YAML_SEQUENCE_START_EVENT:
        return Sequence(depth);
      case YAML_MAPPING_START_EVENT:
        return Mapping(depth);
      default:
        return Problem("aliases are not taken");
    }
  }

  absl::StatusOr<ordered_json> Scalar() {
    const auto& scalar = event().data.scalar;
    std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (scalar.tag != nullptr) return Problem("tags are not taken");
    if (scalar.style != YAML_PLAIN_SCALAR_STYLE) return ordered_json(text);
    if (text.empty() || text == "~" || text == "null") return ordered_json();
    if (text == "true" || text == "false") return ordered_json(text == "true");
    if (!IsNumber(text)) return ordered_json(text);
    if (text[0] == '+') text.erase(0, 1);
    return ordered_json::parse(text, nullptr, false);
  }

  absl::StatusOr<ordered_json> Sequence(int depth) {
    if (event().data.sequence_start.tag != nullptr) return Problem("tags are not taken");
    ordered_json values = ordered_json::array();
    for (;;) {
      TRIAD_RETURN_IF_ERROR(Advance());
      if (event().type == YAML_SEQUENCE_END_EVENT) return values;
      TRIAD_ASSIGN_OR_RETURN(ordered_json value, Value(depth + 1));
      values.push_back(std::move(value));
    }
  }

  absl::StatusOr<ordered_json> Mapping(int depth) {
    if (event().data.mapping_start.tag != nullptr) return Problem("tags are not taken");
    ordered_json values = ordered_json::object();
    for (;;) {
      TRIAD_RETURN_IF_ERROR(Advance());
      if (event().type == YAML_MAPPING_END_EVENT) return values;
      if (event().type != YAML_SCALAR_EVENT) return Problem("a key has to be text");
      const auto& scalar = event().data.scalar;
      std::string key(reinterpret_cast<const char*>(scalar.value), scalar.length);
      if (values.contains(key)) return Problem("a key stands there twice");
      TRIAD_RETURN_IF_ERROR(Advance());
      TRIAD_ASSIGN_OR_RETURN(ordered_json value, Value(depth + 1));
      values[key] = std::move(value);
    }
  }

  yaml_parser_t parser_{};
  std::unique_ptr<yaml_event_t, Deleter> event_;
};

class Dumper {
 public:
  Dumper() {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, kBestWidth);
    yaml_emitter_set_output(&emitter_, &Dumper::Write, &out_);
  }
  ~Dumper() { yaml_emitter_delete(&emitter_); }
  Dumper(const Dumper&) = delete;
  Dumper& operator=(const Dumper&) = delete;

  std::string Dump(const ordered_json& value) {
    yaml_event_t event;
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    yaml_emitter_emit(&emitter_, &event);
    yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
    yaml_emitter_emit(&emitter_, &event);
    Value(value);
    yaml_document_end_event_initialize(&event, 1);
    yaml_emitter_emit(&emitter_, &event);
    yaml_stream_end_event_initialize(&event);
    yaml_emitter_emit(&emitter_, &event);
    return std::move(out_);
  }

 private:
  static int Write(void* out, unsigned char* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<char*>(bytes), size);
    return 1;
  }

  void Scalar(std::string text, bool quoted) {
    yaml_event_t event;
    yaml_scalar_event_initialize(&event, nullptr, nullptr,
                                 reinterpret_cast<unsigned char*>(text.data()),
                                 static_cast<int>(text.size()), 1, 1,
                                 quoted ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_ANY_SCALAR_STYLE);
    yaml_emitter_emit(&emitter_, &event);
  }

  void Value(const ordered_json& value) {
    if (value.is_object()) {
      Mapping(value);
    } else if (value.is_array()) {
      Sequence(value);
    } else if (value.is_string()) {
      auto text = value.get<std::string>();
      Scalar(text, CouldBeMistaken(text));
    } else {
      Scalar(value.dump(), false);
    }
  }

  void Mapping(const ordered_json& value) {
    auto style = value.empty() ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
    yaml_event_t event;
    yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, style);
    yaml_emitter_emit(&emitter_, &event);
    for (const auto& [key, inner] : value.items()) {
      Scalar(key, CouldBeMistaken(key));
      Value(inner);
    }
    yaml_mapping_end_event_initialize(&event);
    yaml_emitter_emit(&emitter_, &event);
  }

  void Sequence(const ordered_json& value) {
    auto style = value.empty() ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
    yaml_event_t event;
    yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, style);
    yaml_emitter_emit(&emitter_, &event);
    for (const ordered_json& inner : value) Value(inner);
    yaml_sequence_end_event_initialize(&event);
    yaml_emitter_emit(&emitter_, &event);
  }

  yaml_emitter_t emitter_{};
  std::string out_;
};

}  // namespace

absl::StatusOr<ordered_json> ParseYaml(absl::string_view text) { return Loader(text).Load(); }

std::string FormatYaml(const ordered_json& value) { return Dumper().Dump(value); }

}  // namespace triad
