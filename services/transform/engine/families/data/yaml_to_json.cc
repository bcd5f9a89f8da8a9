#include <yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/data/operations.h"
#include "services/transform/engine/support/json_scanner.h"
#include "services/transform/engine/support/json_text.h"
#include "services/transform/engine/support/yaml_scalars.h"

namespace triad::transform {
namespace {

// What anchors and aliases stand for, in all. Without a limit a few lines would become gigabytes.
constexpr std::size_t kMaxCopiedBytes = 4 * 1024 * 1024;

absl::string_view TextOf(const yaml_char_t* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

class Event {
 public:
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* get() { return &event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_ = {};
};

// Writes the JSON of one document after the other.
class Converter {
 public:
  Converter(absl::string_view input, Output& output) : output_(output) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(input.data()),
                                 input.size());
  }
  ~Converter() { yaml_parser_delete(&parser_); }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  absl::Status Run(bool all) {
    if (all) json_.push_back('[');
    for (bool more = true; more;) {
      if (!output_.Wanted()) return output_.status();
      Event event;
      if (yaml_parser_parse(&parser_, event.get()) == 0) return Malformed();
      more = event->type != YAML_STREAM_END_EVENT;
      if (event->type == YAML_DOCUMENT_START_EVENT && documents_++ > 0) {
        if (!all) return Refused(event->start_mark, "a second document begins: documents=all");
        json_.push_back(',');
        anchors_.clear();
      }
      TRIAD_RETURN_IF_ERROR(Take(*event.get()));
    }
    if (documents_ == 0 && !all) json_ = "null";
    if (all) json_.push_back(']');
    output_.Append(json_);
    return output_.status();
  }

 private:
  struct Open {
    bool mapping = false;
    bool key_next = false;  // of a mapping
    bool begun = false;
    std::size_t begin = 0;  // in json_
    std::string anchor;
    absl::flat_hash_set<std::string> keys = {};
  };

  static absl::Status Refused(const yaml_mark_t& mark, absl::string_view problem) {
    return BadInputAt(mark.index, absl::StrCat("is not valid YAML: ", problem, ", in line ",
                                               mark.line + 1, ", column ", mark.column + 1));
  }

  absl::Status Malformed() const {
    std::string problem = parser_.problem == nullptr ? "it is none" : parser_.problem;
    return Refused(parser_.problem_mark, problem);
  }

  absl::Status Take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        return Alias(event);
      case YAML_SCALAR_EVENT:
        return TakeScalar(event);
      case YAML_MAPPING_START_EVENT:
        return Begin(event.data.mapping_start.anchor, event.data.mapping_start.tag, true, event);
      case YAML_SEQUENCE_START_EVENT:
        return Begin(event.data.sequence_start.anchor, event.data.sequence_start.tag, false, event);
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
        return End();
      default:
        return absl::OkStatus();
    }
  }

  bool KeyNext() const { return !open_.empty() && open_.back().mapping && open_.back().key_next; }

  // What stands before a value that is no key.
  void Separate() {
    if (open_.empty()) return;
    Open& top = open_.back();
    if (top.mapping) {
      top.key_next = true;
    } else if (std::exchange(top.begun, true)) {
      json_.push_back(',');
    }
  }

  absl::Status Begin(const yaml_char_t* anchor, const yaml_char_t* tag, bool mapping,
                     const yaml_event_t& event) {
    if (KeyNext()) return Refused(event.start_mark, "a key must be text");
    absl::string_view known = mapping ? YAML_MAP_TAG : YAML_SEQ_TAG;
    if (tag != nullptr && TextOf(tag) != known) return Refused(event.start_mark, "it has a tag");
    if (open_.size() == kMaxJsonDepth) return Refused(event.start_mark, "it is nested too deep");
    Separate();
    open_.push_back({.mapping = mapping,
                     .key_next = mapping,
                     .begin = json_.size(),
                     .anchor = std::string(TextOf(anchor))});
    json_.push_back(mapping ? '{' : '[');
    return absl::OkStatus();
  }

  absl::Status End() {
    json_.push_back(open_.back().mapping ? '}' : ']');
    Open ended = std::move(open_.back());
    open_.pop_back();
    return Anchor(ended.anchor, ended.begin);
  }

  absl::Status Anchor(const std::string& name, std::size_t begin) {
    if (name.empty()) return absl::OkStatus();
    TRIAD_RETURN_IF_ERROR(Copy(json_.size() - begin));
    anchors_.insert_or_assign(name, json_.substr(begin));
    return absl::OkStatus();
  }

  absl::Status Copy(std::size_t bytes) {
    copied_ += bytes;
    if (copied_ <= kMaxCopiedBytes) return absl::OkStatus();
    return BadInput("has anchors and aliases that stand for over 4 MiB in all");
  }

  absl::Status Alias(const yaml_event_t& event) {
    auto found = anchors_.find(TextOf(event.data.alias.anchor));
    if (found == anchors_.end()) return Refused(event.start_mark, "an alias stands for nothing");
    TRIAD_RETURN_IF_ERROR(Copy(found->second.size()));
    if (KeyNext()) return Refused(event.start_mark, "a key must be text");
    Separate();
    json_ += found->second;
    return absl::OkStatus();
  }

  absl::Status TakeScalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    absl::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    bool is_str = TextOf(scalar.tag) == YAML_STR_TAG;
    if (scalar.tag != nullptr && !is_str) return Refused(event.start_mark, "it has a tag");
    if (KeyNext()) return TakeKey(text, event.start_mark);
    Separate();
    std::size_t begin = json_.size();
    if (scalar.style == YAML_PLAIN_SCALAR_STYLE && !is_str) {
      std::optional<std::string> json = JsonOfPlainScalar(text);
      if (!json) return Refused(event.start_mark, "JSON has no such number");
      json_ += *json;
    } else {
      AppendJsonString(text, false, json_);
    }
    return Anchor(std::string(TextOf(scalar.anchor)), begin);
  }

  absl::Status TakeKey(absl::string_view text, const yaml_mark_t& mark) {
    Open& top = open_.back();
    if (!top.keys.insert(std::string(text)).second) return Refused(mark, "a key is there twice");
    if (std::exchange(top.begun, true)) json_.push_back(',');
    AppendJsonString(text, false, json_);
    json_.push_back(':');
    top.key_next = false;
    return absl::OkStatus();
  }

  Output& output_;
  yaml_parser_t parser_;
  std::string json_;
  int documents_ = 0;
  std::vector<Open> open_;
  absl::flat_hash_map<std::string, std::string> anchors_;
  std::size_t copied_ = 0;
};

absl::Status RunYamlToJson(absl::string_view input, const Arguments& arguments, Output& output) {
  return Converter(input, output).Run(arguments.Text("documents") == "all");
}

}  // namespace

Operation YamlToJson() {
  return {.id = "yaml-to-json",
          .name = "YAML to JSON",
          .aliases = {"YAML to JSON"},
          .summary =
              "Reads YAML by the core schema of 1.2, where yes and no are words; aliases are "
              "written out.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kMedium,
          .parameters = {{.name = "documents",
                          .summary = "One document, or all there are as a list.",
                          .kind = Kind::kChoice,
                          .default_value = "one",
                          .choices = {"one", "all"}}},
          .inverse = "json-to-yaml",
          .examples = {{"a: &x [1, 0x1F]\nb: *x\n", "yaml-to-json", R"({"a":[1,31],"b":[1,31]})"}},
          .scratch = 8,
          .run = RunYamlToJson};
}

}  // namespace triad::transform
