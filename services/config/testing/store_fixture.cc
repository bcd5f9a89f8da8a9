#include "services/config/testing/store_fixture.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "runtime/base/random.h"
#include "runtime/io/file_system.h"
#include "services/config/migrations.h"

namespace triad::config::testing {

EncodedChange EncodeAsText(const Change& change) {
  EncodedChange encoded;
  encoded.revision = change.revision;
  encoded.first_event = change.first_event;
  encoded.unfinished = change.part == Change::Part::kUnfinished;
  bool end = change.part == Change::Part::kRevisionEnd;
  encoded.bytes = absl::StrCat(change.revision.value,
                               encoded.unfinished ? "+"
                               : end              ? "!"
                                                  : "",
                               ": ");
  encoded.begin = encoded.bytes.size();
  for (const EntryEvent& event : change.events) {
    absl::StrAppend(&encoded.bytes, event.entry.name.key, " ");
    const EntryName& name = event.entry.name;
    encoded.events.push_back({name.space, name.key, encoded.bytes.size()});
  }
  return encoded;
}

StoreFixture::StoreFixture(StoreFixtureOptions options)
    : options_(std::move(options)),
      imports_(options_.import_bytes),
      database_(Migrations(), {}, options_.max_pages) {
  ExecutorOptions executor;
  executor.threads = 4;
  executor_ = std::make_unique<Executor>(executor);
  Start();
}

SetupOptions StoreFixture::setup_options() const {
  SetupOptions setup;
  setup.key_file = database_.directory() + "/secret.key";
  setup.make_key_file = true;
  setup.first_entries = [this] { return options_.first_entries; };
  return setup;
}

void StoreFixture::Start() {
  auto setup = Prepare(*database_, FileSystem::Posix(), Random::System(), clock_, setup_options());
  if (!setup.ok()) ExitWithError("store_fixture", setup.status());
  running_ = std::make_unique<Running>();
  running_->setup = *std::move(setup);
  running_->data_keys =
      std::make_unique<DataKeys>(*running_->setup.secrets, Random::System(), clock_);
  Epoch epoch = running_->setup.epoch;
  auto audit = audit::AuditLog::Open(*database_, clock_, metrics_, {});
  if (!audit.ok()) ExitWithError("store_fixture", audit.status());
  running_->audit = *std::move(audit);
  running_->view = std::make_unique<EntryView>(epoch, metrics_, options_.view);
  if (absl::Status loaded = running_->view->Load(*database_); !loaded.ok()) {
    ExitWithError("store_fixture", loaded);
  }
  EncodeChange encode = options_.encoder(epoch);
  running_->log = std::make_unique<StoredChangeLog>(*database_, epoch, encode, options_.log);
  running_->hub = std::make_unique<WatchHub>("config", running_->setup.head, *running_->log,
                                             MarksOf(encode), *executor_, metrics_, options_.hub);
  running_->schema_cache = std::make_unique<SchemaCache>();
  running_->store = std::make_unique<EntryStore>(
      *database_,
      EntryWriter(*running_->data_keys, *running_->schema_cache, clock_, epoch, options_.writer),
      *running_->audit, *running_->view, ChangePublisher(*running_->hub, encode), epoch,
      options_.store);
  running_->history = std::make_unique<EntryHistory>(*database_, epoch, options_.store.page_bytes);
  running_->references = std::make_unique<References>(*database_);
  running_->destroyer =
      std::make_unique<Destroyer>(*database_, *running_->audit, *running_->store, *running_->hub);
  running_->namespaces = std::make_unique<NamespaceStore>(
      *database_, *running_->audit, *running_->store, *running_->view, *running_->hub,
      *running_->schema_cache, clock_);
  running_->schemas =
      std::make_unique<SchemaStore>(*database_, *running_->audit, *running_->schema_cache, clock_,
                                    options_.writer.explicit_namespaces);
  running_->revealer =
      std::make_unique<Revealer>(*database_, *running_->audit, *running_->data_keys, epoch);
  // Nothing is sealed again but by tests that do it.
  running_->key_rotator = std::make_unique<KeyRotator>(
      KeyRotatorParts{*database_, *running_->audit, FileSystem::Posix(), Random::System(),
                      *running_->setup.secrets, *running_->data_keys, [] {}},
      setup_options().key_file);
}

void StoreFixture::Restart() {
  running_.reset();
  database_.Reopen();
  Start();
}

EntryName Name(absl::string_view key, absl::string_view space) {
  return {std::string(space), std::string(key)};
}

EntryWrite Put(absl::string_view key, Value value) {
  return {.name = Name(key), .value = std::move(value)};
}

EntryWrite PutSecret(absl::string_view key, Value value) {
  return {.name = Name(key), .value = std::move(value), .secret = true};
}

EntryWrite Delete(absl::string_view key) {
  return {.name = Name(key), .value = {}, .kind = EntryWrite::Kind::kDelete};
}

EntryWrite Undelete(absl::string_view key) {
  return {.name = Name(key), .value = {}, .kind = EntryWrite::Kind::kUndelete};
}

EntryWrite Copy(absl::string_view source, absl::string_view key) {
  return {.name = Name(key), .value = {}, .kind = EntryWrite::Kind::kCopy, .source = Name(source)};
}

std::string ReadDirectory(const std::string& directory) {
  std::string text;
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    std::ifstream stream(file.path(), std::ios::binary);
    text.append(std::istreambuf_iterator<char>(stream), {});
  }
  return text;
}

}  // namespace triad::config::testing
