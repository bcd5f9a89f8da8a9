#include "tests/bench/native/json_documents.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"

namespace triad::bench {

namespace {

using Json = nlohmann::ordered_json;
using Words = absl::Span<const char* const>;

constexpr const char* kWords[] = {"gateway", "config", "transform", "storage", "mirror",
                                  "upload",  "health", "revision",  "watch",   "lease",
                                  "stream",  "frame",  "header",    "trailer", "naïve",
                                  "café",    "Zürich", "Ελλάδα",    "東京",    "emoji😀"};
constexpr const char* kForeign[] = {"Ελλάδα",
                                    "διαμόρφωση",
                                    "設定",
                                    "変換",
                                    "保管",
                                    "記録",
                                    "Журнал",
                                    "хранилище",
                                    "التخزين",
                                    "การแปลง",
                                    "😀🚀👩‍👩‍👧",
                                    "naïve",
                                    "Zürich"};

class Maker {
 public:
  Json Numbers(int scale) {
    Json numbers;
    for (int i = 0; i < 18 * scale; ++i) {
      int bits = std::vector{4, 10, 30}[Below(3)];
      numbers["counts"].push_back(static_cast<std::int64_t>(Below(std::uint64_t{2} << bits)) -
                                  (std::int64_t{1} << bits));
    }
    for (int i = 0; i < 4500 * scale / 1000; ++i) {
      numbers["stamps"].push_back(
          absl::StrCat(1'700'000'000'000'000'000 + Below(std::uint64_t{1} << 50)));
    }
    std::normal_distribution<double> normal;
    for (int i = 0; i < 9 * scale; ++i) {
      numbers["samples"].push_back(i % 2 == 1 ? normal(random_) : Rounded(0, 1000, 2));
    }
    for (int i = 0; i < 8 * scale; ++i) numbers["levels"].push_back(Rounded(0, 100, 3));
    return numbers;
  }

  Json Mixed(int scale) {
    Json document = Numbers(scale);
    document["name"] = "bench";
    for (int i = 0; i < 4 * scale; ++i) document["flags"].push_back(Below(2) == 0);
    for (int i = 0; i < 1500 * scale / 1000; ++i) {
      document["lines"].push_back(Text(1 + Below(24), kWords));
    }
    for (int i = 0; i < std::max(1, 172 * scale / 1000); ++i) document["items"].push_back(Item(2));
    for (int i = 0; i < 1200 * scale / 1000; ++i) {
      document["labels"][absl::StrCat("app.kubernetes.io/", absl::Hex(Below(1ull << 40)))] =
          Text(2, kWords);
    }
    for (int i = 0; i < 1500 * scale / 1000; ++i) {
      document["weights"][absl::StrCat(static_cast<int>(Below(200'000)) - 100'000)] = Real(0, 10);
    }
    for (int i = 0; i < 900 * scale / 1000; ++i) {
      document["places"][absl::StrCat("place-", i)] = Point();
    }
    return document;
  }

  Json Strings() {
    Json document = {{"name", "text"}};
    for (int i = 0; i < 1900; ++i) document["lines"].push_back(Text(4 + Below(57), kForeign));
    for (int i = 0; i < 1500; ++i) {
      document["labels"][absl::StrCat("κλειδί-", i)] = Text(6, kForeign);
    }
    return document;
  }

  Json Nested() {
    Json document = {{"name", "nested"}};
    for (int i = 0; i < 275; ++i) {
      Json chain = {{"id", Id()}, {"active", true}};
      for (int depth = 0; depth < 60; ++depth) {
        Json outer = {{"id", Id()}, {"kind", "KIND_NOTE"}};
        outer["children"] = Json::array({std::move(chain)});
        chain = std::move(outer);
      }
      document["items"].push_back(std::move(chain));
    }
    return document;
  }

 private:
  std::uint64_t Below(std::uint64_t limit) { return random_() % limit; }
  double Real(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  double Rounded(double low, double high, int places) {
    double scale = std::pow(10, places);
    return std::round(Real(low, high) * scale) / scale;
  }
  std::string Id() { return absl::StrCat(absl::Hex(Below(1ull << 32), absl::kZeroPad8)); }

  std::string Text(std::uint64_t words, Words choices) {
    std::string text = choices[Below(choices.size())];
    for (; words > 1; --words) absl::StrAppend(&text, " ", choices[Below(choices.size())]);
    if (Below(100) < 15) text += "\n\"quoted\"\tand \\ back";
    return text;
  }

  Json Point() {
    return {{"lat", Rounded(-90, 90, 6)},
            {"lon", Rounded(-180, 180, 6)},
            {"floor", static_cast<int>(Below(64)) - 3}};
  }

  Json Item(int depth) {
    int bits = std::vector{8, 20, 40, 62}[Below(4)];
    Json item = {{"id", absl::StrCat(absl::Hex(random_(), absl::kZeroPad16))},
                 {"revision", absl::StrCat(Below(std::uint64_t{1} << bits))},
                 {"score", Real(0, 1)},
                 {"active", true},
                 {"kind", std::vector{"KIND_READING", "KIND_ALERT", "KIND_NOTE"}[Below(3)]}};
    for (std::uint64_t i = 1 + Below(4); i > 0; --i) {
      item["tags"].push_back(kWords[Below(std::size(kWords))]);
    }
    item["position"] = Point();
    item["comment"] = Text(3 + Below(18), kWords);
    std::string payload(8 + Below(57), '\0');
    for (char& c : payload) c = static_cast<char>(random_());
    item["payload"] = absl::Base64Escape(payload);
    if (depth > 0) {
      for (std::uint64_t i = 1 + Below(2); i > 0; --i) item["children"].push_back(Item(depth - 1));
    }
    return item;
  }

  std::mt19937_64 random_{20'261'121};
};

}  // namespace

std::string MakeDocument(absl::string_view kind) {
  Maker maker;
  Json document;
  if (kind == "mixed") document = maker.Mixed(1000);
  if (kind == "small") document = maker.Mixed(10);
  if (kind == "numbers") document = maker.Numbers(2350);
  if (kind == "text") document = maker.Strings();
  if (kind == "nested") document = maker.Nested();
  return document.is_null() ? "" : document.dump();
}

}  // namespace triad::bench
