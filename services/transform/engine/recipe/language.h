// The language of recipes: `from-base64 | gunzip | json-pretty(indent=2)`.
//
//   recipe   = step *( "|" step )
//   step     = *comment ["off"] name [ "(" [ argument *( "," argument ) ] ")" ] ["as" variable]
//              [comment]
//   argument = name "=" value
//   value    = plain / raw / quoted
//   name     = 1*( letter / digit / "-" / "_" )
//   variable = a letter or "_", then letters, digits and "_"
//   plain    = 1*( any character but white space, control characters and ( ) , | # " ' = \ )
//   raw      = "'" *( any character but "'" ) "'"
//   quoted   = <">  *( character / escape ) <">
//   escape   = "\" ( <"> / "\" / "n" / "r" / "t" / "u{" 1*6HEXDIG "}" )
//   comment  = "#" text to the end of the line
//
// White space and line ends may stand between any two of them. A comment belongs to the step that
// it follows or, in lines of its own, precedes; several become one. "off" leaves a step out when
// the recipe runs.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/recipe/recipe.h"

namespace triad::transform {

// INVALID_ARGUMENT, as the end of a sentence about the text, that names line and column ("has no
// value after '=', at line 1, column 12") for what is none. It holds nothing of the text's values.
// Operations and their arguments are looked up when the recipe is planned.
absl::StatusOr<Recipe> ParseRecipe(absl::string_view text);

// What ParseRecipe reads as `recipe`, in one line if no step has a comment, else in one for each.
// Names in it have to be those of the grammar, comments one line without white space at its ends.
std::string FormatRecipe(const Recipe& recipe);

}  // namespace triad::transform
