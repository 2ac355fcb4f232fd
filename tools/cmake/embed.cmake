# ingot_embed(TARGET NAMESPACE FILES...): makes files available to TARGET as
#   namespace NAMESPACE { extern const std::string_view <file_name_with_underscores>; }
# through the generated header "embedded/NAMESPACE.hpp". The text is copied at build time.
function(ingot_embed target namespace)
  set(dir "${CMAKE_CURRENT_BINARY_DIR}/embedded_${namespace}")
  set(header "${dir}/embedded/${namespace}.hpp")
  set(source "${dir}/${namespace}.cpp")
  add_custom_command(
    OUTPUT "${header}" "${source}"
    COMMAND ${CMAKE_COMMAND} "-DNAMESPACE=${namespace}" "-DHEADER=${header}" "-DSOURCE=${source}"
            "-DFILES=${ARGN}" -P "${CMAKE_SOURCE_DIR}/tools/cmake/embed_files.cmake"
    DEPENDS ${ARGN} "${CMAKE_SOURCE_DIR}/tools/cmake/embed_files.cmake"
    VERBATIM)
  target_sources(${target} PRIVATE "${header}" "${source}")
  target_include_directories(${target} PRIVATE "${dir}")
endfunction()
