// An operation that takes its input in pieces gives the same however it is cut.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/run.h"
#include "services/transform/engine/worker.h"

namespace triad::transform {
namespace {

class StreamingTest : public ::testing::Test {
 protected:
  // The output, or the message of the error.
  std::string Cut(const PlannedStep& step, absl::string_view input, std::size_t cut) {
    Output output({}, memory_, NeverCancelled);
    auto worker = Worker::Start(*step.operation, step.arguments, output);
    absl::Status status = worker.status();
    if (status.ok()) status = (*worker)->Take(input.substr(0, cut));
    if (status.ok()) status = (*worker)->Take(input.substr(cut));
    if (status.ok()) status = (*worker)->Finish();
    return status.ok() ? std::string(output.bytes()) : status.ToString();
  }

  std::string Transformed(absl::string_view input, const std::string& recipe) {
    auto result = RunRecipe(input, *ParseRecipe(recipe), {}, memory_, NeverCancelled);
    EXPECT_TRUE(result.ok() && !result->failure) << recipe;
    return result->output;
  }

  RunningBytes memory_{std::int64_t{1} << 30};
};

// Inputs that have something to cut in the middle.
const std::map<std::string, std::vector<std::string>> kRecipes = {
    {"a\r\nbé😀\n\nError: c, d  e\r\nlast=",
     {"to-base32",
      "to-base32(padding=false)",
      "to-base64",
      "to-base64(line_length=5)",
      "to-base85",
      "to-base85(alphabet=z85)",
      "to-hex",
      "to-hex(separator=colon, prefix=0x)",
      "to-hexdump",
      "to-quoted-printable",
      "url-encode",
      "url-encode(mode=form)",
      "crc",
      "crc(algorithm=crc-24)",
      "digest",
      "digest(algorithm=shake128, length=99)",
      "hmac(key=k)",
      "xxhash",
      "xxhash(algorithm=xxh3-128, seed=7)",
      "xxhash(algorithm=xxh32)",
      "xxhash(algorithm=xxh64)",
      "filter-lines(pattern='^[a-z]')",
      "head(count=2)",
      "join(delimiter='; ')",
      "line-ends(to=crlf)",
      "encode-charset(charset=utf-16le)",
      "encode-charset(charset=iso-8859-1)",
      "encode-charset(charset=shift_jis, unmappable=replace)",
      "gzip",
      "zlib",
      "xz",
      "zstd"}},
    {"TWFu IG==\n", {"from-base64", "from-base64(strict=true)", "from-base32"}},
    {"QUJD*", {"from-base64"}},
    {"MZXW6Y==", {"from-base32"}},
    {"z<HEdO A,", {"from-base85"}},
    {"0x41 \\x42:4A-4b", {"from-hex"}},
    {"41 4", {"from-hex"}},
    {"00000000: 4865 6c6c  Hell\n00000008: 21\n", {"from-hexdump"}},
    {"a=3D=C3=A9=\r\nb \r\nc", {"from-quoted-printable"}},
    {"a%20b+c%zz%4", {"url-decode(strict=false, plus=space)", "url-decode"}},
    {"\x61\xe9\x80\xff",
     {"decode-charset(charset=windows-1252)", "decode-charset(charset=utf-8, malformed=replace)",
      "decode-charset(charset=utf-8)", "decode-charset(charset=utf-16le)",
      "filter-lines(pattern=a, invalid=replace)"}},
};

TEST_F(StreamingTest, TheSameHoweverTheInputIsCut) {
  for (const auto& [input, recipes] : kRecipes) {
    for (const std::string& recipe : recipes) {
      PlannedStep step = Plan(*ParseRecipe(recipe), 1)->front();
      std::string whole = Cut(step, input, 0);
      for (std::size_t cut = 1; cut <= input.size(); ++cut) {
        EXPECT_EQ(absl::CHexEscape(Cut(step, input, cut)), absl::CHexEscape(whole))
            << recipe << " of " << absl::CHexEscape(input) << " cut at " << cut;
      }
    }
  }
}

TEST_F(StreamingTest, DecompressorsToo) {
  for (const auto& [compress, decompress] :
       {std::pair("gzip", "gunzip"), {"zlib", "unzlib"}, {"xz", "unxz"}, {"zstd", "unzstd"}}) {
    std::string compressed = Transformed("Triad, Triad, Triad and more", compress);
    PlannedStep step = Plan(*ParseRecipe(decompress), 1)->front();
    for (std::size_t cut = 0; cut <= compressed.size(); ++cut) {
      EXPECT_EQ(Cut(step, compressed, cut), "Triad, Triad, Triad and more") << decompress << cut;
      absl::string_view damaged = absl::string_view(compressed).substr(0, compressed.size() - 1);
      EXPECT_EQ(Cut(step, damaged, std::min(cut, damaged.size())),
                "INVALID_ARGUMENT: ends before its compressed data does")
          << decompress << cut;
    }
  }
}

TEST_F(StreamingTest, EveryOneIsTried) {
  std::set<std::string> tried = {"gunzip", "unxz", "unzlib", "unzstd"};
  for (const auto& [input, recipes] : kRecipes) {
    for (const std::string& recipe : recipes) tried.insert(ParseRecipe(recipe)->front().operation);
  }
  for (const Operation* operation : AllOperations()) {
    EXPECT_EQ(operation->streams(), tried.count(operation->id) == 1) << operation->id;
  }
}

std::string RandomBytes(std::mt19937& random, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  return bytes;
}

// Of whatever bytes, decoders give back what encoders were given.
TEST_F(StreamingTest, RoundTripsOfRandomBytes) {
  std::mt19937 random(1);
  const std::string encoders[] = {"to-base32",
                                  "to-base58",
                                  "to-base64",
                                  "to-base64(alphabet=url)",
                                  "to-base64(line_length=7)",
                                  "to-base85",
                                  "to-base85(alphabet=rfc1924)",
                                  "to-hex",
                                  "to-hex(separator=space, prefix=0x)",
                                  "to-hexdump",
                                  "to-quoted-printable",
                                  "url-encode",
                                  "url-encode(mode=everything)",
                                  "gzip",
                                  "zlib",
                                  "xz",
                                  "zstd",
                                  "aes-encrypt(key=0123456789abcdef, mode=gcm, iv=x)",
                                  "aes-encrypt(key=0123456789abcdef, mode=ecb)"};
  for (const std::string& encoder : encoders) {
    Step step = ParseRecipe(encoder)->front();
    const Operation& inverse = *FindOperation(FindOperation(step.operation)->inverse);
    Step back = {.operation = inverse.id};
    for (const Parameter& parameter : inverse.parameters) {
      auto given = step.arguments.find(parameter.name);
      if (given != step.arguments.end()) back.arguments.insert(*given);
    }
    for (std::size_t size = 0; size < 70; ++size) {
      std::string bytes = RandomBytes(random, size);
      auto result = RunRecipe(bytes, {step, back}, {}, memory_, NeverCancelled);
      ASSERT_TRUE(result.ok() && !result->failure) << encoder << " of " << absl::CHexEscape(bytes);
      EXPECT_EQ(absl::CHexEscape(result->output), absl::CHexEscape(bytes)) << encoder;
    }
    std::string large = RandomBytes(random, encoder == "to-base58" ? 1'000 : 200'000);
    auto result = RunRecipe(large, {step, back}, {}, memory_, NeverCancelled);
    ASSERT_TRUE(result.ok() && !result->failure) << encoder;
    EXPECT_TRUE(result->output == large) << encoder;
  }
}

}  // namespace
}  // namespace triad::transform
