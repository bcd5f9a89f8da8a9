#include <yaml.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "services/config/transfer/formats/file_writer.h"
#include "services/config/transfer/formats/scalar.h"
#include "services/config/transfer/formats/written_form.h"

namespace triad::config {
namespace {

using nlohmann::ordered_json;

// What YAML 1.1 or 1.2 reads as something else than text.
constexpr absl::string_view kWords[] = {"y",   "n",    "yes",   "no",  "on",
                                        "off", "true", "false", "null"};

// Whether every reader takes it for text where it stands without quotes. What begins with a
// letter is no number and no date.
bool IsPlainText(const std::string& text) {
  bool letter = !text.empty() && (absl::ascii_isalpha(text[0]) || text[0] == '_');
  bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("._/-", absl::string_view(&c, 1));
  });
  return letter && plain && std::none_of(std::begin(kWords), std::end(kWords), [&](auto word) {
           return absl::EqualsIgnoreCase(word, text);
         });
}

int Append(void* text, unsigned char* bytes, std::size_t size) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), size);
  return 1;
}

class YamlWriter final : public FileWriter {
 public:
  YamlWriter() {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_output(&emitter_, &Append, &written_);
    yaml_emitter_set_encoding(&emitter_, YAML_UTF8_ENCODING);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, -1);
  }
  ~YamlWriter() override { yaml_emitter_delete(&emitter_); }
  YamlWriter(const YamlWriter&) = delete;
  YamlWriter& operator=(const YamlWriter&) = delete;

  std::string Begin() override {
    yaml_event_t event;
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    Emit(event);
    yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
    Emit(event);
    BeginMapping();
    Text("entries");
    BeginMapping();
    return Take();
  }

  absl::StatusOr<std::string> Add(const Entry& entry) override {
    Text(entry.name.key);
    Write(WrittenForm(entry));
    return Take();
  }

  std::string End() override {
    yaml_event_t event;
    EndMapping();
    EndMapping();
    yaml_document_end_event_initialize(&event, 1);
    Emit(event);
    yaml_stream_end_event_initialize(&event);
    Emit(event);
    return Take();
  }

 private:
  // It takes the event over. What it refuses are events in a wrong order, and memory.
  void Emit(yaml_event_t& event) { yaml_emitter_emit(&emitter_, &event); }

  std::string Take() {
    yaml_emitter_flush(&emitter_);
    return std::exchange(written_, {});
  }

  void BeginMapping() {
    yaml_event_t event;
    yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE);
    Emit(event);
  }
  void EndMapping() {
    yaml_event_t event;
    yaml_mapping_end_event_initialize(&event);
    Emit(event);
  }

  void AddScalar(const std::string& text, yaml_scalar_style_t style) {
    yaml_event_t event;
    yaml_scalar_event_initialize(&event, nullptr, nullptr,
                                 reinterpret_cast<const yaml_char_t*>(text.data()),
                                 static_cast<int>(text.size()), 1, 1, style);
    Emit(event);
  }
  void Text(const std::string& text) {
    AddScalar(text, IsPlainText(text) ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  }

  void Write(const ordered_json& form) {
    if (form.is_string()) return Text(form.get_ref<const std::string&>());
    if (form.is_number_float()) {
      return AddScalar(FormatDouble(form.get<double>()), YAML_PLAIN_SCALAR_STYLE);
    }
    if (!form.is_object()) return AddScalar(form.dump(), YAML_PLAIN_SCALAR_STYLE);
    BeginMapping();
    for (const auto& [name, member] : form.items()) {
      Text(name);
      Write(member);
    }
    EndMapping();
  }

  yaml_emitter_t emitter_;
  std::string written_;
};

}  // namespace

std::unique_ptr<FileWriter> NewYamlWriter() { return std::make_unique<YamlWriter>(); }

}  // namespace triad::config
