# TRIAD_STATIC: binaries that need no file but themselves, for images without a system in them.
# Debian has an archive beside nearly every shared library, but the CMake files of the packages name
# the shared ones. What has no archive, or one that needs what has none, is built once by
# `./dev build static` (prometheus-cpp, curl).

# Before find_package(): the modules that look for a library themselves find the archive.
macro(triad_find_archives)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(CMAKE_SKIP_RPATH ON)
  # No -Bdynamic in front of a -l that a package brings.
  set(CMAKE_EXE_LINK_STATIC_CXX_FLAGS "")
  set(CMAKE_EXE_LINK_DYNAMIC_CXX_FLAGS "")
endmacro()

# After find_package(), in the same directory: every imported library becomes its archive.
function(triad_link_archives)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "SHARED_LIBRARY|UNKNOWN_LIBRARY")
      triad_link_archive(${target})
    endif()
  endforeach()
  triad_shrink_icu_data()
  # An archive does not say what it needs.
  set_property(TARGET ICU::uc APPEND PROPERTY INTERFACE_LINK_LIBRARIES triad_icu_data)
endfunction()

function(triad_link_archive target)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  set(suffixes "")
  if(configurations)
    list(TRANSFORM configurations PREPEND _ OUTPUT_VARIABLE suffixes)
  endif()
  foreach(suffix IN LISTS suffixes ITEMS "")
    get_target_property(location ${target} IMPORTED_LOCATION${suffix})
    string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive "${location}")
    if(location AND EXISTS "${archive}")
      set_target_properties(${target} PROPERTIES IMPORTED_LOCATION${suffix} "${archive}")
    endif()
  endforeach()
endfunction()

# Library triad_icu_data: ICU's data without what nothing here asks for, which is most of it.
function(triad_shrink_icu_data)
  get_target_property(archive ICU::data IMPORTED_LOCATION)
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/ShrinkIcuData.cmake)
  set(object ${CMAKE_BINARY_DIR}/icu/icu_data.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_COMMAND} -DARCHIVE=${archive} -DAR=${CMAKE_AR} -DOBJCOPY=${CMAKE_OBJCOPY}
            -DICUPKG=${ICU_ICUPKG_EXECUTABLE} -DGENCCODE=${ICU_GENCCODE_EXECUTABLE}
            -DOUTPUT=${object} -P ${script}
    DEPENDS ${archive} ${script}
    COMMENT "taking out of ICU's data what nothing asks for" VERBATIM)
  add_library(triad_icu_data STATIC ${object})
  set_target_properties(triad_icu_data PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# Links a binary of ours so. The map says which members of which archives went in: what its bill of
# materials is made from.
function(triad_link_statically target)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/maps)
  # The object of ICU's data does not say that it needs no executable stack.
  target_link_options(${target} PRIVATE -static-pie -Wl,-z,noexecstack
                      -Wl,-Map=${CMAKE_BINARY_DIR}/maps/${target}.map)
endfunction()
