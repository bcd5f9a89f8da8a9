#include "gateway/site/site.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/routing/percent_encoding.h"
#include "gateway/site/rules.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

namespace fs = std::filesystem;
using Contents = std::map<std::string, std::string>;  // by path below the directory, "/a/b"

constexpr std::size_t kMaxBytes = 256 * 1024 * 1024;

absl::string_view ContentType(absl::string_view path) {
  for (const auto& [ending, type] : ContentTypes()) {
    if (absl::EndsWithIgnoreCase(path, ending)) return type;
  }
  return "application/octet-stream";
}

absl::string_view CacheControl(absl::string_view path) {
  for (const auto& [start, value] : CacheRules()) {
    if (absl::StartsWith(path, start)) return value;
  }
  return "no-cache";
}

absl::Status ReadInto(const fs::path& file, const std::string& name, std::size_t& total,
                      Contents& contents) {
  std::ifstream stream(file, std::ios::binary);
  std::string body{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.is_open() || stream.bad()) {
    return absl::InternalError(absl::StrCat(file.string(), ": cannot be read"));
  }
  total += body.size();
  if (total > kMaxBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(file.string(), ": the site is larger than ", kMaxBytes, " bytes"));
  }
  contents.emplace(name, std::move(body));
  return absl::OkStatus();
}

absl::StatusOr<Contents> ReadTree(const std::string& directory) {
  Contents contents;
  std::size_t total = 0;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (absl::StartsWith(entry->path().filename().string(), ".")) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file(error)) {
      std::string name = "/" + entry->path().lexically_relative(directory).generic_string();
      TRIAD_RETURN_IF_ERROR(ReadInto(entry->path(), name, total, contents));
    }
  }
  if (error) return absl::NotFoundError(absl::StrCat(directory, ": ", error.message()));
  return contents;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Site>> Site::Load(const std::string& directory) {
  TRIAD_ASSIGN_OR_RETURN(Contents contents, ReadTree(directory));
  auto site = std::unique_ptr<Site>(new Site());
  for (auto& [path, body] : contents) {
    absl::string_view original = path;
    if (absl::ConsumeSuffix(&original, ".gz") && contents.count(std::string(original)) != 0) {
      continue;
    }
    std::optional<std::string> gzip;
    auto twin = contents.find(path + ".gz");
    if (twin != contents.end()) gzip = std::move(twin->second);
    site->files_.emplace(
        path, http::Resource(std::string(ContentType(path)), std::string(CacheControl(path)),
                             std::move(body), std::move(gzip)));
  }
  if (site->files_.count("/index.html") == 0) {
    return absl::NotFoundError(absl::StrCat(directory, " has no index.html: build the site first"));
  }
  return site;
}

const http::Resource* Site::Find(absl::string_view path) const {
  std::string name;
  if (!DecodePercent(path, Decode::kAll, name).ok()) return nullptr;
  auto found = files_.find(name == "/" ? "/index.html" : name);
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<http::Resource::Answer> Site::Get(absl::string_view path,
                                                const http::Headers& request) const {
  const http::Resource* file = Find(path);
  if (file == nullptr) return std::nullopt;
  http::Resource::Answer answer = file->Get(request);
  for (const auto& [name, value] : SecurityHeaders()) {
    answer.head.headers.Add(std::string(name), std::string(value));
  }
  return answer;
}

}  // namespace triad::gateway
