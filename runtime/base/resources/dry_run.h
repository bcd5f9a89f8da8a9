// Whether a change is only tried.
#pragma once

namespace triad {

// kYes: everything is checked, and nothing written.
enum class DryRun { kNo, kYes };

// Of a request's `validate_only`.
inline DryRun DryRunOf(bool validate_only) { return validate_only ? DryRun::kYes : DryRun::kNo; }

}  // namespace triad
