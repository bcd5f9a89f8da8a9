#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/config/transfer/formats/file_writer.h"
#include "services/config/transfer/formats/scalar.h"
#include "services/config/transfer/formats/written_form.h"

namespace triad::config {
namespace {

// Two spaces for each level, an entry begins on a line of its own.
class JsonWriter final : public FileWriter {
 public:
  std::string Begin() override { return "{\n  \"entries\": {"; }

  absl::StatusOr<std::string> Add(const Entry& entry) override {
    // In strings a line's end is escaped.
    std::string form = absl::StrReplaceAll(WrittenForm(entry).dump(2), {{"\n", "\n    "}});
    std::string piece =
        absl::StrCat(any_ ? "," : "", "\n    ", QuoteJson(entry.name.key), ": ", form);
    any_ = true;
    return piece;
  }

  std::string End() override { return any_ ? "\n  }\n}\n" : "}\n}\n"; }

 private:
  bool any_ = false;
};

}  // namespace

std::unique_ptr<FileWriter> NewJsonWriter() { return std::make_unique<JsonWriter>(); }

}  // namespace triad::config
