// Files of entries: the first byte chooses the format, the rest is the file. What is read says
// the same when it was written and is read again.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/transfer/formats/file_reader.h"
#include "services/config/transfer/formats/file_writer.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using config::Entry;
using config::FileEntries;
using config::FileEntry;
using config::FileFormat;

absl::StatusOr<FileEntries> Read(FileFormat format, absl::string_view text) {
  auto source = [text](char* buffer, std::size_t size) mutable {
    std::size_t count = std::min(size, text.size());
    std::copy_n(text.data(), count, buffer);
    text.remove_prefix(count);
    return count;
  };
  return ReadFile(format, source, {}, [](std::size_t) { return absl::OkStatus(); });
}

Entry EntryOf(const FileEntry& said) {
  Entry entry;
  entry.name = {"fuzz", said.key};
  entry.value = said.value.value_or(config::Value(std::string(config::kMask)));
  entry.secret = said.secret;
  if (said.more == nullptr) return entry;
  entry.description = said.more->description.value_or("");
  entry.labels = said.more->labels.value_or("");
  entry.expire_time = said.more->expire_time;
  return entry;
}

std::string Write(FileFormat format, const FileEntries& entries) {
  std::unique_ptr<config::FileWriter> writer = NewFileWriter(format);
  std::string text = writer->Begin();
  for (const FileEntry& entry : entries) {
    absl::StatusOr<std::string> piece = writer->Add(EntryOf(entry));
    Require(piece.ok(), "what was read can be written", entry.key);
    text += *piece;
  }
  return text + writer->End();
}

void CheckReadBack(FileFormat format, const FileEntries& entries) {
  std::string text = Write(format, entries);
  absl::StatusOr<FileEntries> again = Read(format, text);
  Require(again.ok(), "what was written can be read", text);
  RequireEqual(Write(format, *again), text, "it is read as it was written");
}

const Registration kTarget("entries_file", [](absl::string_view bytes) {
  Input input(bytes);
  auto format = static_cast<FileFormat>(input.TakeByte() % 3);
  absl::StatusOr<FileEntries> entries = Read(format, input.rest());
  if (!entries.ok()) {
    Require(absl::IsInvalidArgument(entries.status()), "a malformed file is the caller's fault");
    return;
  }
  CheckReadBack(FileFormat::kJson, *entries);
  CheckReadBack(FileFormat::kYaml, *entries);
});

}  // namespace
}  // namespace triad::fuzz
