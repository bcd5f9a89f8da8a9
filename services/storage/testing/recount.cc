#include "services/storage/testing/recount.h"

#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::storage {
namespace {

std::vector<std::string> Texts(StorageFixture& storage, const std::string& sql) {
  auto query = [&](db::Session& session) {
    return db::QueryEach(session, sql, {}, [](const db::Row& row) { return row.Text(0); });
  };
  absl::StatusOr<std::vector<std::string>> texts = db::Read(*storage.temp_database, query);
  if (!texts.ok()) return {texts.status().ToString()};
  return *std::move(texts);
}

std::string Recount() {
  std::ifstream file(TRIAD_STORAGE_RECOUNT);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The names of all files.
std::set<std::string> Stored(StorageFixture& storage) {
  std::set<std::string> names;
  for (const std::string& path : storage.files.Paths()) {
    // Those that are being written are no blobs.
    bool unfinished = absl::StrContains(path, "/tmp/");
    names.insert(absl::StrCat(unfinished ? "unfinished " : "", path.substr(path.rfind('/') + 1)));
  }
  return names;
}

}  // namespace

std::vector<std::string> CountProblems(StorageFixture& storage) {
  std::vector<std::string> problems = Texts(storage, Recount());
  std::set<std::string> stored = Stored(storage);
  for (const std::string& blob :
       Texts(storage, "SELECT blob FROM pieces WHERE blob IS NOT NULL AND refs > 0")) {
    if (!stored.contains(blob)) problems.push_back(absl::StrCat("blob ", blob, " is missing"));
  }
  return problems;
}

std::vector<std::string> LeftProblems(StorageFixture& storage) {
  std::vector<std::string> problems = CountProblems(storage);
  std::set<std::string> stored = Stored(storage);
  for (const std::string& blob : Texts(storage, "SELECT blob FROM pieces WHERE blob IS NOT NULL")) {
    stored.erase(blob);
  }
  for (const std::string& blob : stored)
    problems.push_back(absl::StrCat("blob ", blob, " is left"));
  for (const std::string& waiting :
       Texts(storage,
             "SELECT 'garbage ' || blob FROM garbage "
             "UNION ALL SELECT 'list ' || id FROM lists WHERE refs = 0 "
             "UNION ALL SELECT 'piece ' || id FROM pieces WHERE refs = 0")) {
    problems.push_back(absl::StrCat(waiting, " was not swept"));
  }
  return problems;
}

}  // namespace triad::storage
