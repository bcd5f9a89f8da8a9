#include "runtime/http/coding/coding.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace triad::http {
namespace {

constexpr std::pair<Coding, absl::string_view> kNames[] = {
    {Coding::kIdentity, "identity"}, {Coding::kGzip, "gzip"},   {Coding::kBrotli, "br"},
    {Coding::kZstd, "zstd"},         {Coding::kGzip, "x-gzip"},
};

// Of "gzip;q=0.5": 1 if none is given, 0 if it is not a number.
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

// What Accept-Encoding gives a coding, by its name or by "*"; 0 if it does not take it.
double WeightIn(const Headers& request, absl::string_view name) {
  double any = 0;
  for (absl::string_view item : request.List("accept-encoding")) {
    std::size_t end = item.find(';');
    absl::string_view coding = absl::StripAsciiWhitespace(item.substr(0, end));
    double weight = end == absl::string_view::npos ? 1 : WeightOf(item.substr(end));
    if (absl::EqualsIgnoreCase(coding, name)) return weight;
    if (coding == "*") any = weight;
  }
  return any;
}

bool IsStrong(absl::string_view etag) {
  return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
}

}  // namespace

absl::string_view NameOf(Coding coding) {
  for (const auto& [known, name] : kNames) {
    if (known == coding) return name;
  }
  return "identity";
}

std::optional<Coding> CodingNamed(absl::string_view name) {
  for (const auto& [coding, known] : kNames) {
    if (absl::EqualsIgnoreCase(known, name)) return coding;
  }
  return std::nullopt;
}

Coding ChooseCoding(const Headers& request, absl::Span<const Coding> offered) {
  Coding best = Coding::kIdentity;
  if (!request.Find("accept-encoding").has_value()) return best;
  double best_weight = 0;
  for (Coding coding : offered) {
    double weight = WeightIn(request, NameOf(coding));
    if (weight > best_weight) best = coding, best_weight = weight;
  }
  return best;
}

std::string TagWith(absl::string_view etag, Coding coding) {
  if (coding == Coding::kIdentity || !IsStrong(etag)) return std::string(etag);
  return absl::StrCat(etag.substr(0, etag.size() - 1), ";", NameOf(coding), "\"");
}

OriginTags WithoutCodings(absl::string_view tags) {
  OriginTags origin;
  origin.value = std::string(tags);
  for (Coding coding : {Coding::kGzip, Coding::kBrotli, Coding::kZstd}) {
    std::string suffix = absl::StrCat(";", NameOf(coding), "\"");
    if (!absl::StrContains(origin.value, suffix)) continue;
    origin.value = absl::StrReplaceAll(origin.value, {{suffix, "\""}});
    origin.coding = coding;
  }
  return origin;
}

}  // namespace triad::http
