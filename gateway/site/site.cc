#include "gateway/site/site.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/routing/percent_encoding.h"
#include "gateway/site/rules.h"
#include "runtime/base/sha256.h"
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

// Value of a header that is a list, over all its fields.
std::vector<std::string> ListOf(const http::Headers& headers, absl::string_view name) {
  std::vector<std::string> items;
  for (const auto& [field, value] : headers) {
    if (!absl::EqualsIgnoreCase(field, name)) continue;
    for (absl::string_view item : absl::StrSplit(value, ',')) {
      items.emplace_back(absl::StripAsciiWhitespace(item));
    }
  }
  return items;
}

// Weight of "gzip;q=0.5": 1 if none is given, 0 if it is not a number.
double WeightOf(absl::string_view parameters) {
  for (absl::string_view parameter : absl::StrSplit(parameters, ';', absl::SkipEmpty())) {
    parameter = absl::StripAsciiWhitespace(parameter);
    double weight = 0;
    if (absl::ConsumePrefix(&parameter, "q=") || absl::ConsumePrefix(&parameter, "Q=")) {
      return absl::SimpleAtod(parameter, &weight) ? weight : 0;
    }
  }
  return 1;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Site>> Site::Load(const std::string& directory) {
  TRIAD_ASSIGN_OR_RETURN(Contents contents, ReadTree(directory));
  auto site = std::unique_ptr<Site>(new Site());
  auto variant = [](std::string body) {
    std::string etag = absl::StrCat("\"", Sha256::Of(body).hex(), "\"");
    return Variant{std::make_shared<const std::string>(std::move(body)), std::move(etag)};
  };
  for (auto& [path, body] : contents) {
    absl::string_view original = path;
    if (absl::ConsumeSuffix(&original, ".gz") && contents.count(std::string(original)) != 0) {
      continue;
    }
    File& file = site->files_[path];
    file.content_type = std::string(ContentType(path));
    file.cache_control = std::string(CacheControl(path));
    auto twin = contents.find(path + ".gz");
    if (twin != contents.end()) file.gzip = variant(std::move(twin->second));
    file.plain = variant(std::move(body));
  }
  if (site->files_.count("/index.html") == 0) {
    return absl::NotFoundError(absl::StrCat(directory, " has no index.html: build the site first"));
  }
  return site;
}

const Site::File* Site::Find(absl::string_view path) const {
  std::string name;
  if (!DecodePercent(path, Decode::kAll, name).ok()) return nullptr;
  auto found = files_.find(name == "/" ? "/index.html" : name);
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<Site::Answer> Site::Get(absl::string_view path, const http::Headers& request) const {
  const File* file = Find(path);
  if (file == nullptr) return std::nullopt;
  bool gzip = file->gzip.has_value() && AcceptsGzip(request);
  const Variant& variant = gzip ? *file->gzip : file->plain;
  Answer answer;
  http::Headers& headers = answer.head.headers;
  headers.Add("ETag", variant.etag);
  headers.Add("Cache-Control", file->cache_control);
  if (file->gzip.has_value()) headers.Add("Vary", "Accept-Encoding");
  for (const auto& [name, value] : SecurityHeaders()) {
    headers.Add(std::string(name), std::string(value));
  }
  if (NoneMatchNames(request, variant.etag)) {
    answer.head.status = 304;
    return answer;
  }
  headers.Add("Content-Type", file->content_type);
  if (gzip) headers.Add("Content-Encoding", "gzip");
  answer.body = variant.body;
  return answer;
}

bool AcceptsGzip(const http::Headers& request) {
  bool any = false;
  for (const std::string& item : ListOf(request, "accept-encoding")) {
    std::size_t semicolon = item.find(';');
    absl::string_view coding =
        absl::StripAsciiWhitespace(absl::string_view(item).substr(0, semicolon));
    bool wanted = semicolon == std::string::npos || WeightOf(item.substr(semicolon)) > 0;
    if (absl::EqualsIgnoreCase(coding, "gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

bool NoneMatchNames(const http::Headers& request, absl::string_view etag) {
  for (const std::string& item : ListOf(request, "if-none-match")) {
    absl::string_view candidate = item;
    absl::ConsumePrefix(&candidate, "W/");
    if (candidate == "*" || candidate == etag) return true;
  }
  return false;
}

}  // namespace triad::gateway
