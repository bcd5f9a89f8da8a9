#include "services/transform/engine/saved/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "runtime/base/status.h"
#include "services/transform/engine/saved/arguments_of.h"

namespace triad::transform {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;

Parameter Secret(const std::string& name) {
  return {.name = name, .summary = {}, .kind = Kind::kSecret, .required = true};
}

class CheckTest : public ::testing::Test {
 protected:
  absl::Status Check(SavedContent content, const Limits& limits = {}) {
    return CheckSaved(content, limits, memory_, NeverCancelled);
  }
  // The message of a refusal for a wrong field.
  std::string Refusal(SavedContent content) {
    absl::Status status = Check(std::move(content));
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  }
  std::string RefusalOf(const Parameter& parameter) {
    return Refusal({.text = "to-hex", .parameters = {parameter}});
  }

  RunningBytes memory_{std::int64_t{64} * 1024 * 1024};
};

TEST_F(CheckTest, TakesWhatCanRun) {
  EXPECT_TRUE(Check({.text = "to-hex"}).ok());
  EXPECT_TRUE(
      Check({.text = "to-hex(prefix=${p}) | head(count=${n})",
             .parameters = {{.name = "p", .summary = {}, .default_value = "0x"},
                            {.name = "n", .summary = {}, .kind = Kind::kInteger, .required = true}},
             .tests = {{"a", {{"n", "1"}}, "0x61"}, {"a", {{"n", "0"}, {"p", "-"}}, ""}}})
          .ok());
  EXPECT_TRUE(Check({.text = "hmac(key=${key})", .parameters = {Secret("key")}}).ok());
  EXPECT_TRUE(Check({.text = "digest as d | hmac(key=${d})"}).ok())
      << "what comes of the input is not in the recipe";
}

TEST_F(CheckTest, NamesWhatIsWrongWithTheRecipe) {
  EXPECT_EQ(Refusal({}), "recipe.recipe: must be 1 to 65536 bytes");
  EXPECT_EQ(Refusal({.text = std::string(65'537, ' ')}), "recipe.recipe: must be 1 to 65536 bytes");
  EXPECT_EQ(Refusal({.text = std::string("to-hex\0", 7)}),
            "recipe.recipe: must have no character NUL");
  EXPECT_EQ(Refusal({.text = "to-hex |"}),
            "recipe.recipe: must have the name of an operation, at line 1, column 9");
  EXPECT_EQ(Refusal({.text = "rot13"}),
            "steps[0].operation: there is no operation 'rot13'; /api/v1/operations lists them");
  EXPECT_EQ(Refusal({.text = "to-hex(prefix=${p})"}),
            "steps[0].arguments.prefix: has the variable 'p', which no earlier step keeps");
  EXPECT_EQ(Refusal({.text = "to-hex as p", .parameters = {{.name = "p", .summary = {}}}}),
            "steps[0].as: must not be the name of a parameter");
  EXPECT_EQ(Refusal({.text = "head(count=${n})",
                     .parameters = {{.name = "n", .summary = {}, .default_value = "many"}}}),
            "steps[0].arguments.count: must be a whole number from 0 to 9223372036854775807 lines")
      << "with its default it cannot run";
}

TEST_F(CheckTest, NamesWhatIsWrongWithAParameter) {
  constexpr char kName[] =
      "recipe.parameters[0].name: must be a letter, then at most 63 letters, digits and '_', in "
      "lower case";
  for (const char* name : {"", "Key", "1st", "_x", "a-b"}) {
    EXPECT_EQ(RefusalOf({.name = name, .summary = {}}), kName) << name;
  }
  EXPECT_EQ(RefusalOf({.name = std::string(65, 'a'), .summary = {}}), kName);
  EXPECT_EQ(
      RefusalOf(
          {.name = "n", .summary = {}, .kind = Kind::kInteger, .default_value = "11", .max = 10}),
      "recipe.parameters[0].default_value: must be a whole number from 0 to 10");
  EXPECT_EQ(RefusalOf({.name = "n", .summary = {}, .default_value = "x", .required = true}),
            "recipe.parameters[0].default_value: must be empty where the parameter is required");
  EXPECT_EQ(RefusalOf({.name = "n",
                       .summary = {},
                       .kind = Kind::kInteger,
                       .required = true,
                       .min = 2,
                       .max = 1}),
            "recipe.parameters[0].min: must be at most max");
  EXPECT_EQ(RefusalOf({.name = "c", .summary = {}, .kind = Kind::kChoice}),
            "recipe.parameters[0].choices: must be 1 to 64 values");
  EXPECT_EQ(RefusalOf({.name = "c", .summary = {}, .choices = {"a"}}),
            "recipe.parameters[0].choices: are for KIND_CHOICE");
  EXPECT_EQ(RefusalOf({.name = "d", .summary = std::string(1025, 'x')}),
            "recipe.parameters[0].description: must be at most 1024 bytes");
  EXPECT_EQ(Refusal({.text = "to-hex",
                     .parameters = {{.name = "a", .summary = {}}, {.name = "a", .summary = {}}}}),
            "recipe.parameters[1].name: must be of one parameter only");
  EXPECT_EQ(Refusal({.text = "to-hex", .parameters = std::vector<Parameter>(33)}),
            "recipe.parameters: must be at most 32 parameters");
  Parameter large = {.name = "c", .summary = {}, .kind = Kind::kChoice, .required = true};
  large.choices.assign(64, std::string(1024, 'x'));
  EXPECT_EQ(RefusalOf(large), "recipe.parameters: must have at most 65536 bytes of text together");
}

// Not literally, not as a default, not in a step that is off, not in a test.
TEST_F(CheckTest, SecretsAreNeverSaved) {
  for (const char* text :
       {"hmac(key=hunter2)", "off hmac(key=hunter2) | to-hex", "hmac(key='hunter2${key}')",
        "hmac(key='${key}hunter2')", "hmac(key=${text})", "hmac(key='')"}) {
    EXPECT_THAT(
        Refusal({.text = text, .parameters = {Secret("key"), {.name = "text", .summary = {}}}}),
        AllOf(StartsWith("steps[0].arguments.key: must be '${name}' of a parameter of "
                         "KIND_SECRET"),
              Not(HasSubstr("hunter2"))))
        << text;
  }
  EXPECT_EQ(Refusal({.text = "to-hex(prefix=${key})", .parameters = {Secret("key")}}),
            "steps[0].arguments.prefix: must not have the secret 'key' in it, as it is not of "
            "KIND_SECRET");
  Parameter with_default = Secret("key");
  with_default.default_value = "hunter2";
  EXPECT_EQ(RefusalOf(with_default),
            "recipe.parameters[0].default_value: must be empty, as a secret is never saved");
  EXPECT_EQ(RefusalOf({.name = "key", .summary = {}, .kind = Kind::kSecret}),
            "recipe.parameters[0].required: must be true for a secret, which is never saved");
  EXPECT_EQ(Refusal({.text = "hmac(key=${key})",
                     .parameters = {Secret("key")},
                     .tests = {{"", {{"key", "hunter2"}}, ""}}}),
            "recipe.tests: must be empty, as what a test gives is saved, and 'key' is a secret");
}

TEST_F(CheckTest, RunsTheTests) {
  EXPECT_EQ(Refusal({.text = "to-hex", .tests = {{"a", {}, "61"}, {"b", {}, "63"}}}),
            "recipe.tests[1]: gives 2 bytes, which are others from byte 1 on than the 2 that it "
            "expects: '62'");
  EXPECT_EQ(Refusal({.text = "from-hex", .tests = {{"ff", {}, "\xff\xff"}}}),
            "recipe.tests[0]: gives 1 bytes, which are others from byte 1 on than the 2 that it "
            "expects");
  EXPECT_THAT(Refusal({.text = "from-hex", .tests = {{"zz", {}, ""}}}),
              StartsWith("recipe.tests[0]: fails: steps[0]: the input of from-hex"));
  EXPECT_EQ(Refusal({.text = "to-hex", .tests = {{"a", {{"n", "1"}}, "61"}}}),
            "recipe.tests[0].arguments: the recipe takes no argument 'n'");
  EXPECT_EQ(
      Refusal(
          {.text = "head(count=${n})",
           .parameters = {{.name = "n", .summary = {}, .kind = Kind::kInteger, .required = true}},
           .tests = {{"a", {}, "a"}}}),
      "recipe.tests[0].arguments.n: is required");
  EXPECT_EQ(Refusal({.text = "to-hex", .tests = std::vector<RecipeTest>(33)}),
            "recipe.tests: must be at most 32 tests");
  EXPECT_EQ(Refusal({.text = "to-hex", .tests = {{std::string(262'145, 'x'), {}, ""}}}),
            "recipe.tests: must have at most 262144 bytes together");
}

TEST_F(CheckTest, AllTestsTogetherHaveTheTimeOfOneRun) {
  SavedContent content = {.text = "to-hex", .tests = {{"a", {}, "61"}}};
  EXPECT_TRUE(Check(content).ok());
  absl::Status late = Check(content, {.max_time = absl::ZeroDuration()});
  EXPECT_EQ(late.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(late.message()), StartsWith("recipe.tests[0]: "));
  EXPECT_TRUE(absl::IsCancelled(CheckSaved(content, {}, memory_, [] { return true; })));
}

// Nothing is wrong with the recipe, which can be saved a moment later.
TEST_F(CheckTest, ATestThatIsNotRunNowIsNoFaultOfTheRecipe) {
  SavedContent content = {.text = "pbkdf2(salt=s, iterations=1)", .tests = {{"a", {}, ""}}};
  Limits full = {.apart = [](absl::FunctionRef<void()>) {
    return WithRetryDelay(absl::ResourceExhaustedError("too many wait"), absl::Seconds(1));
  }};
  absl::Status status = Check(content, full);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_EQ(status.message(), "recipe.tests[0]: steps[0]: too many wait");
}

TEST(VariablesOfTest, MakesValuesOfTheirKinds) {
  std::vector<Parameter> parameters = {
      {.name = "b", .summary = {}, .kind = Kind::kBytes, .default_value = "hex:00ff"},
      {.name = "f", .summary = {}, .kind = Kind::kFlag, .default_value = "false"},
      {.name = "i", .summary = {}, .kind = Kind::kInteger, .required = true, .min = -5, .max = 5},
      Secret("s"),
      {.name = "t", .summary = {}, .default_value = "hex:00"}};
  auto variables = VariablesOf("arguments", parameters, {{"i", "-3"}, {"s", "base64:AP8="}});
  ASSERT_TRUE(variables.ok()) << variables.status();
  EXPECT_THAT(*variables,
              ElementsAre(Pair("b", std::string("\0\xff", 2)), Pair("f", "false"), Pair("i", "-3"),
                          Pair("s", std::string("\0\xff", 2)), Pair("t", "hex:00")));
  EXPECT_EQ(VariablesOf("arguments", parameters, {{"i", "6"}, {"s", ""}}).status().message(),
            "arguments.i: must be a whole number from -5 to 5");
  EXPECT_EQ(VariablesOf("arguments", parameters, {{"i", "1"}}).status().message(),
            "arguments.s: is required");
  EXPECT_EQ(
      VariablesOf("arguments", parameters, {{"i", "1"}, {"s", "hex:hunter2"}}).status().message(),
      "arguments.s: must have pairs of hexadecimal digits after 'hex:'");
  EXPECT_EQ(VariablesOf("arguments", parameters, {{"x", ""}}).status().message(),
            "arguments: the recipe takes no argument 'x'");
}

}  // namespace
}  // namespace triad::transform
