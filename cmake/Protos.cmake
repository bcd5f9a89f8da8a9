# protovalidate's file, which npm has as a descriptor alone.
find_program(NODE node REQUIRED)
set(TRIAD_VALIDATE_PROTOS ${CMAKE_BINARY_DIR}/validate)
execute_process(COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tools/protos/validate.mjs ${TRIAD_VALIDATE_PROTOS}
                COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/tools/protos/validate.mjs ${CMAKE_SOURCE_DIR}/tools/protos/proto_text.mjs
  ${CMAKE_SOURCE_DIR}/package-lock.json)

# triad_proto_library(NAME FILES file.proto... [ROOT dir] [GRPC] [DEPS target...])
# C++ for protos, without warnings as errors. GRPC adds the service stubs.
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
set(TRIAD_PROTO_PATHS -I${CMAKE_SOURCE_DIR}/proto -I/usr/include -I${TRIAD_GOOGLE_PROTOS}
  -I${TRIAD_VALIDATE_PROTOS})

function(triad_proto_library name)
  cmake_parse_arguments(ARG "GRPC" "ROOT" "FILES;DEPS" ${ARGN})
  if(NOT ARG_ROOT)
    set(ARG_ROOT ${CMAKE_SOURCE_DIR}/proto)
  endif()
  set(out ${CMAKE_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(sources)
  foreach(file ${ARG_FILES})
    string(REGEX REPLACE "\\.proto$" "" stem ${file})
    set(products ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(command ${Protobuf_PROTOC_EXECUTABLE} -I${ARG_ROOT} ${TRIAD_PROTO_PATHS} --cpp_out=${out})
    if(ARG_GRPC)
      list(APPEND products ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      list(APPEND command --grpc_out=${out} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN})
    endif()
    add_custom_command(OUTPUT ${products} COMMAND ${command} ${file}
                       DEPENDS ${ARG_ROOT}/${file} COMMENT "protoc ${file}" VERBATIM)
    list(APPEND sources ${products})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} SYSTEM PUBLIC ${out})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} protobuf::libprotobuf Threads::Threads)
  if(ARG_GRPC)
    target_link_libraries(${name} PUBLIC gRPC::grpc++)
  endif()
endfunction()

# triad_descriptor_set(OUTPUT file FILES file.proto... [ROOT dir] [DEPENDS file.proto...]
#                      [ALSO file.proto...])
# A descriptor set with imports and comments, as the gateway reads it. DEPENDS are the imports
# that change with it; ALSO are files of others that it has too.
function(triad_descriptor_set)
  cmake_parse_arguments(ARG "" "OUTPUT;ROOT" "FILES;DEPENDS;ALSO" ${ARGN})
  if(NOT ARG_ROOT)
    set(ARG_ROOT ${CMAKE_SOURCE_DIR}/proto)
  endif()
  list(APPEND ARG_DEPENDS ${ARG_FILES})
  list(TRANSFORM ARG_DEPENDS PREPEND ${ARG_ROOT}/ OUTPUT_VARIABLE paths)
  add_custom_command(
    OUTPUT ${ARG_OUTPUT}
    COMMAND ${Protobuf_PROTOC_EXECUTABLE} -I${ARG_ROOT} ${TRIAD_PROTO_PATHS} --include_imports
            --include_source_info --descriptor_set_out=${ARG_OUTPUT} ${ARG_FILES} ${ARG_ALSO}
    DEPENDS ${paths} COMMENT "descriptor set ${ARG_OUTPUT}" VERBATIM)
endfunction()
