#include "runtime/validation/testing/cases.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace triad::validation::testing {
namespace {

struct NumberCase {
  const char* field;
  std::vector<std::string> valid;
  std::vector<std::string> invalid;
};

const NumberCase kNumbers[] = {
    {"const", {"7"}, {"8", "0"}},
    {"lt", {"9", "0"}, {"10", "11"}},
    {"lte", {"10", "0"}, {"11"}},
    {"gt", {"6", "100"}, {"5", "0"}},
    {"gte", {"5", "100"}, {"4", "0"}},
    {"gt_lt", {"6", "9"}, {"5", "10", "0"}},
    {"gt_lte", {"6", "10"}, {"5", "11"}},
    {"gte_lt", {"5", "9"}, {"4", "10"}},
    {"gte_lte", {"5", "10"}, {"4", "11"}},
    {"gt_lt_exclusive", {"4", "11"}, {"5", "10", "7"}},
    {"gt_lte_exclusive", {"5", "11"}, {"6", "10"}},
    {"gte_lt_exclusive", {"4", "10"}, {"5", "9"}},
    {"gte_lte_exclusive", {"5", "10"}, {"6", "9"}},
    {"in", {"1", "3"}, {"4", "0"}},
    {"not_in", {"3", "0"}, {"1", "2"}},
};

const char* const kNumberTypes[][2] = {
    {"DoubleRules", "double"},   {"FloatRules", "float"},       {"Int32Rules", "int32"},
    {"Int64Rules", "int64"},     {"Uint32Rules", "uint32"},     {"Uint64Rules", "uint64"},
    {"Sint32Rules", "sint32"},   {"Sint64Rules", "sint64"},     {"Fixed32Rules", "fixed32"},
    {"Fixed64Rules", "fixed64"}, {"Sfixed32Rules", "sfixed32"}, {"Sfixed64Rules", "sfixed64"},
};

const char* const kMomentTypes[][2] = {{"DurationRules", "duration"},
                                       {"TimestampRules", "timestamp"}};

std::vector<std::string> Quoted(std::vector<std::string> texts) {
  for (std::string& text : texts) text = absl::StrCat("\"", text, "\"");
  return texts;
}

std::vector<std::string> Seconds(std::vector<std::string> numbers) {
  for (std::string& number : numbers) number = absl::StrCat("{seconds: ", number, "}");
  return numbers;
}

void AddNumbers(std::vector<Case>& cases) {
  for (const auto& [type, name] : kNumberTypes) {
    for (const NumberCase& number : kNumbers) {
      cases.push_back({type, number.field, absl::StrCat(name, ".", number.field), number.valid,
                       number.invalid});
    }
    bool is_signed =
        absl::string_view(name).find('u') != 0 && absl::string_view(name).find("fixed") != 0;
    if (is_signed) cases.push_back({type, "gt", absl::StrCat(name, ".gt"), {}, {"-1", "-7"}});
  }
  for (const char* name : {"double", "float"}) {
    std::string type = name[0] == 'd' ? "DoubleRules" : "FloatRules";
    cases.push_back(
        {type, "finite", absl::StrCat(name, ".finite"), {"1.5"}, {"inf", "-inf", "nan"}});
    cases.push_back({type, "gt_lt", absl::StrCat(name, ".gt_lt"), {"5.5"}, {"nan"}});
    cases.push_back(
        {type, "gt_lt_exclusive", absl::StrCat(name, ".gt_lt_exclusive"), {"10.5"}, {"nan"}});
    cases.push_back({type, "lte", absl::StrCat(name, ".lte"), {"-inf"}, {"inf", "nan"}});
  }
}

void AddStrings(std::vector<Case>& cases) {
  auto add = [&](const char* field, std::vector<std::string> valid,
                 std::vector<std::string> invalid) {
    cases.push_back({"StringRules", field, absl::StrCat("string.", field), Quoted(std::move(valid)),
                     Quoted(std::move(invalid))});
  };
  add("const", {"abc"}, {"ab", ""});
  add("len", {"abc", "äöü"}, {"ab", "abcd", ""});
  add("min_len", {"abc", "äöü", "𝄞𝄞𝄞"}, {"ab", "äö", ""});
  add("max_len", {"abc", "äöü", ""}, {"abcd"});
  add("len_bytes", {"abc", "aä"}, {"äöü", ""});
  add("min_bytes", {"abc", "äö"}, {"ab", "ä"});
  add("max_bytes", {"abc", ""}, {"äö"});
  add("pattern", {"bc", "abbbc"}, {"ac", "bcd", ""});
  add("prefix", {"ab", "abc"}, {"a", "bab"});
  add("suffix", {"bc", "abc"}, {"c", "bcb"});
  add("contains", {"b", "abc"}, {"ac", ""});
  add("not_contains", {"ac", ""}, {"b", "abc"});
  add("in", {"abc", "b"}, {"ab", ""});
  add("not_in", {"ab", ""}, {"abc", "b"});
}

void AddFormats(std::vector<Case>& cases) {
  auto add = [&](const char* field, const char* rule, std::vector<std::string> valid,
                 std::vector<std::string> invalid) {
    cases.push_back({"StringFormats", field, absl::StrCat("string.", rule),
                     Quoted(std::move(valid)), Quoted(std::move(invalid))});
  };
  std::string label(63, 'a');
  std::string name = absl::StrCat(label, ".", label, ".", label, ".", std::string(61, 'a'));
  add("email", "email", {"a@b", "foo.bar+baz@example.com"},
      {"a", "@b", "a@", "a@-b", "a b@c", "a@b..c", "a@b."});
  add("email", "email_empty", {}, {""});
  add("hostname", "hostname", {label, name, "example.com.", "a-b.c"},
      {label + "a", name + "a", "-a", "a-", "a..b", "1.2.3", "a_b", "."});
  add("hostname", "hostname_empty", {}, {""});
  add("ip", "ip", {"1.2.3.4", "::", "2001:db8::1"}, {"1.2.3", "1.2.3.4.5", ":", "a"});
  add("ip", "ip_empty", {}, {""});
  add("ipv4", "ipv4", {"0.0.0.0", "255.255.255.255"}, {"256.0.0.1", "01.2.3.4", "::1", "1.2.3.4 "});
  add("ipv4", "ipv4_empty", {}, {""});
  add("ipv6", "ipv6", {"::", "1:2:3:4:5:6:7:8", "fe80::1%eth0", "::ffff:1.2.3.4"},
      {"1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1%", "1.2.3.4", "1:2:3:4:5:6:7:"});
  add("ipv6", "ipv6_empty", {}, {""});
  add("uri", "uri",
      {"a:", "https://example.com/foo?bar=baz#quux", "mailto:a@b", "http://[::1]:80/",
       "http://[fe80::1%25eth0]", "http://[v1.a:b]/", "a:/", "http://u:p@h:1/%20"},
      {"a", "/a", "1:a", "http://a b", "http://[::1", "http://[1]", "a:%2", "a:#a#b",
       "http://%ff/"});
  add("uri", "uri_empty", {}, {""});
  add("uri_ref", "uri_ref", {"", "./a?b", "//host/a", "/a", "a:b", "#a"},
      {"%", "//[::1", "a b", "1:a", "\\\\"});
  add("address", "address", {"example.com", "1.2.3.4", "::1"}, {"a b", "1.2.3", "-"});
  add("address", "address_empty", {}, {""});
  add("uuid", "uuid",
      {"00000000-0000-0000-0000-000000000000", "AbCdEf01-2345-6789-abcd-ef0123456789"},
      {"00000000000000000000000000000000", "g0000000-0000-0000-0000-000000000000", "a"});
  add("uuid", "uuid_empty", {}, {""});
  add("tuuid", "tuuid", {"000000000000000000000000000000fF"},
      {"0000000000000000000000000000000", "00000000-0000-0000-0000-000000000000"});
  add("tuuid", "tuuid_empty", {}, {""});
  add("ip_with_prefixlen", "ip_with_prefixlen", {"1.2.3.4/0", "1.2.3.4/32", "::1/128"},
      {"1.2.3.4", "1.2.3.4/33", "::1/129", "1.2.3.4/01", "1.2.3.4/", "1.2.3.4/-1"});
  add("ip_with_prefixlen", "ip_with_prefixlen_empty", {}, {""});
  add("ipv4_with_prefixlen", "ipv4_with_prefixlen", {"1.2.3.4/32"}, {"::1/128", "1.2.3.4/33"});
  add("ipv4_with_prefixlen", "ipv4_with_prefixlen_empty", {}, {""});
  add("ipv6_with_prefixlen", "ipv6_with_prefixlen", {"::1/128"},
      {"1.2.3.4/32", "::1/129", "fe80::1%eth0/64"});
  add("ipv6_with_prefixlen", "ipv6_with_prefixlen_empty", {}, {""});
  add("ip_prefix", "ip_prefix", {"10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"},
      {"10.0.0.1/8", "2001:db8::1/32", "10.0.0.0"});
  add("ip_prefix", "ip_prefix_empty", {}, {""});
  add("ipv4_prefix", "ipv4_prefix", {"1.2.3.4/32", "128.0.0.0/1"}, {"192.0.0.0/1", "::/0"});
  add("ipv4_prefix", "ipv4_prefix_empty", {}, {""});
  add("ipv6_prefix", "ipv6_prefix", {"::1/128", "8000::/1"}, {"c000::/1", "10.0.0.0/8"});
  add("ipv6_prefix", "ipv6_prefix_empty", {}, {""});
  add("host_and_port", "host_and_port", {"a:0", "1.2.3.4:65535", "[::1]:80"},
      {"a", "a:65536", "a:01", "a:", "::1:80", "[::1]", "[::1]a:80", "[a]:80", "[1.2.3.4]:80"});
  add("host_and_port", "host_and_port_empty", {}, {""});
  add("ulid", "ulid", {"01ARZ3NDEKTSV4RRFFQ69G5FAV", "7zzzzzzzzzzzzzzzzzzzzzzzzz"},
      {"81ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FA"});
  add("ulid", "ulid_empty", {}, {""});
  add("protobuf_fqn", "protobuf_fqn", {"a", "_a.B1"}, {".a", "a.", "1a", "a..b"});
  add("protobuf_fqn", "protobuf_fqn_empty", {}, {""});
  add("protobuf_dot_fqn", "protobuf_dot_fqn", {".a", "._a.B1"}, {"a", "..a", "."});
  add("protobuf_dot_fqn", "protobuf_dot_fqn_empty", {}, {""});
  add("header_name", "well_known_regex.header_name", {"Content-Type", ":path", "a,b"},
      {"a b", "a:b", ":", "a\\n"});
  add("header_name", "well_known_regex.header_name_empty", {}, {""});
  add("header_value", "well_known_regex.header_value", {"", "a\\tb c"},
      {"a\\001", "a\\nb", "\\177"});
  add("loose_header_name", "well_known_regex.header_name", {"a b"}, {"a\\n", "\\r", "\\000"});
  add("loose_header_name", "well_known_regex.header_name_empty", {}, {""});
  add("loose_header_value", "well_known_regex.header_value", {"", "a\\001"}, {"a\\n", "\\000"});
  add("no_email", "email", {"", "a"}, {});
}

void AddBytes(std::vector<Case>& cases) {
  auto add = [&](const char* field, std::vector<std::string> valid,
                 std::vector<std::string> invalid) {
    cases.push_back({"BytesRules", field, absl::StrCat("bytes.", field), Quoted(std::move(valid)),
                     Quoted(std::move(invalid))});
  };
  add("const", {"abc"}, {"ab", ""});
  add("len", {"abc", "\\377\\376\\375"}, {"ab", "abcd", ""});
  add("min_len", {"abc"}, {"ab", ""});
  add("max_len", {"abc", ""}, {"abcd", "äö"});
  add("pattern", {"bc", "abbbc"}, {"ac", ""});
  add("prefix", {"ab", "abc"}, {"a", "bab"});
  add("suffix", {"bc", "abc"}, {"c", "bcb"});
  add("contains", {"b", "abc"}, {"ac", ""});
  add("in", {"abc", "b"}, {"ab", ""});
  add("not_in", {"ab", ""}, {"abc", "b"});
  add("ip", {"abcd", "abcdabcdabcdabcd"}, {"abc", "abcda"});
  add("ipv4", {"abcd"}, {"abc", "abcdabcdabcdabcd"});
  add("ipv6", {"abcdabcdabcdabcd"}, {"abcd", "abcdabcdabcdabc"});
  add("uuid", {"abcdabcdabcdabcd"}, {"abcd", "abcdabcdabcdabc"});
  for (const char* name : {"ip", "ipv4", "ipv6", "uuid"}) {
    cases.push_back({"BytesRules", name, absl::StrCat("bytes.", name, "_empty"), {}, {"\"\""}});
  }
}

void AddMessages(std::vector<Case>& cases) {
  for (const NumberCase& number : kNumbers) {
    bool is_list =
        absl::string_view(number.field) == "in" || absl::string_view(number.field) == "not_in";
    for (const auto& [type, name] : kMomentTypes) {
      if (is_list && absl::string_view(name) == "timestamp") continue;
      cases.push_back({type, number.field, absl::StrCat(name, ".", number.field),
                       Seconds(number.valid), Seconds(number.invalid)});
    }
  }
  cases.push_back({"DurationRules",
                   "gt",
                   "duration.gt",
                   {"{seconds: 5 nanos: 1}"},
                   {"{seconds: 4 nanos: 999999999}", "{seconds: -7}"}});
  // The clock of the tests says 1,000,000 seconds.
  cases.push_back({"TimestampRules",
                   "lt_now",
                   "timestamp.lt_now",
                   {"{seconds: 1000000}", "{seconds: -5}"},
                   {"{seconds: 1000000 nanos: 1}"}});
  cases.push_back({"TimestampRules",
                   "gt_now",
                   "timestamp.gt_now",
                   {"{seconds: 1000000}"},
                   {"{seconds: 999999 nanos: 999999999}", "{}"}});
  cases.push_back({"TimestampRules",
                   "within",
                   "timestamp.within",
                   {"{seconds: 1000060}", "{seconds: 999940}"},
                   {"{seconds: 1000060 nanos: 1}", "{seconds: 999939}"}});
  const char* part = "{type_url: \"type.googleapis.com/triad.validation.testing.Part\"}";
  const char* other = "{type_url: \"type.googleapis.com/triad.validation.testing.BoolRules\"}";
  cases.push_back({"AnyRules", "in", "any.in", {part}, {other, "{}"}});
  cases.push_back({"AnyRules", "not_in", "any.not_in", {other, "{}"}, {part}});
  cases.push_back({"FieldMaskRules",
                   "const",
                   "field_mask.const",
                   {"{paths: \"a\"}"},
                   {"{paths: \"a\" paths: \"b\"}", "{}"}});
  cases.push_back({"FieldMaskRules",
                   "in",
                   "field_mask.in",
                   {"{paths: \"a\"}", "{paths: \"a.b\"}", "{}"},
                   {"{paths: \"ab\"}"}});
  cases.push_back({"FieldMaskRules",
                   "not_in",
                   "field_mask.not_in",
                   {"{paths: \"ab\"}", "{}"},
                   {"{paths: \"a\"}", "{paths: \"b\" paths: \"a.b\"}"}});
  cases.push_back({"WrapperRules", "int32", "int32.gt", {"{value: 6}"}, {"{value: 5}", "{}"}});
  cases.push_back({"WrapperRules",
                   "string",
                   "string.min_len",
                   {"{value: \"abc\"}"},
                   {"{value: \"ab\"}", "{}"}});
}

void AddRest(std::vector<Case>& cases) {
  cases.push_back({"BoolRules", "const", "bool.const", {"true"}, {"false"}});
  cases.push_back({"EnumRules", "const", "enum.const", {"COLOR_RED"}, {"COLOR_BLUE", "0"}});
  cases.push_back(
      {"EnumRules", "defined_only", "enum.defined_only", {"COLOR_BLUE", "0"}, {"4", "-1"}});
  cases.push_back(
      {"EnumRules", "in", "enum.in", {"COLOR_RED", "COLOR_GREEN"}, {"COLOR_BLUE", "0"}});
  cases.push_back({"EnumRules", "not_in", "enum.not_in", {"COLOR_BLUE", "0"}, {"COLOR_RED"}});
  cases.push_back({"RepeatedRules", "min_items", "repeated.min_items", {"[1, 2]"}, {"[1]"}});
  cases.push_back({"RepeatedRules", "max_items", "repeated.max_items", {"[1, 2]"}, {"[1, 2, 3]"}});
  cases.push_back({"RepeatedRules", "unique", "repeated.unique", {"[1, 2]", "[1]"}, {"[1, 2, 1]"}});
  cases.push_back({"RepeatedRules",
                   "unique_text",
                   "repeated.unique",
                   {"[\"a\", \"b\"]"},
                   {"[\"a\", \"b\", \"a\"]"}});
  cases.push_back(
      {"RepeatedRules", "unique_real", "repeated.unique", {"[nan, nan, 0]"}, {"[0, 1, -0.0]"}});
  cases.push_back({"MapRules",
                   "min_pairs",
                   "map.min_pairs",
                   {"[{key: \"a\"}, {key: \"b\"}]"},
                   {"[{key: \"a\"}]", "[{key: \"a\"}, {key: \"a\"}]"}});
  cases.push_back({"MapRules",
                   "max_pairs",
                   "map.max_pairs",
                   {"[{key: \"a\"}, {key: \"b\"}]"},
                   {"[{key: \"a\"}, {key: \"b\"}, {key: \"c\"}]"}});
}

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  AddNumbers(cases);
  AddStrings(cases);
  AddFormats(cases);
  AddBytes(cases);
  AddMessages(cases);
  AddRest(cases);
  return cases;
}

}  // namespace

const std::vector<Case>& Cases() {
  static const auto* cases = new std::vector<Case>(AllCases());
  return *cases;
}

}  // namespace triad::validation::testing
