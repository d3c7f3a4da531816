# Tests of the CPU and of the devices next to it; those that execute AArch64 code need Unicorn and a cross compiler.
smmu_sim_test(gicv3_test SOURCES gicv3_test.cpp gicv3_registers_test.cpp gicv3_virtual_test.cpp
              gicv3_virtual_registers_test.cpp USES smmuv3::gicv3 smmuv3::tlm)
smmu_sim_test(timer_test SOURCES timer_test.cpp USES smmuv3::timer)
smmu_sim_test(pl011_test SOURCES pl011_test.cpp USES smmuv3::pl011 smmuv3::tlm)

if(TARGET smmuv3_cpu)
    include(SmmuAarch64)
    smmu_aarch64_binary(cpu_program
        SOURCES cpu_program/start.S cpu_program/registers.S cpu_program/program.cpp cpu_program/cases.cpp
                cpu_program/guest_cases.cpp
        LINKER_SCRIPT cpu_program/link.ld)
endif()
if(TARGET cpu_program)
    get_target_property(cpu_program_bin cpu_program SMMU_BIN)
    smmu_sim_test(cpu_test SOURCES cpu_test.cpp cpu_guest_test.cpp
                  USES smmuv3::cpu smmuv3::gicv3 smmuv3::timer
                  DEFINES CPU_PROGRAM="${cpu_program_bin}")
    add_dependencies(cpu_test cpu_program)
endif()

if(TARGET smmuv3_cpu)
    include(${PROJECT_SOURCE_DIR}/sw_stubs/sources.cmake)
    set(stubs ${PROJECT_SOURCE_DIR}/sw_stubs)
    set(port ${stubs}/port/aarch64)
    smmu_aarch64_binary(vmm_guest
        SOURCES vmm_program/guest_start.S vmm_program/guest.cpp ${stubs}/guest/mmu.cpp ${port}/gic.cpp
                ${port}/gic_el1.cpp ${port}/memory.cpp
        LINKER_SCRIPT ${stubs}/guest/link.ld
        FLAGS -mgeneral-regs-only)
endif()
if(TARGET vmm_guest)
    get_target_property(vmm_guest_bin vmm_guest SMMU_BIN)
    smmu_aarch64_binary(vmm_program
        SOURCES vmm_program/host.cpp ${stubs}/demos/host/guest_image.S
                ${stubs}/vmm/scheduler.cpp ${stubs}/vmm/vm.cpp ${stubs}/vmm/vm_exits.cpp
                ${stubs}/vmm/world_switch.S
                ${port}/cache.cpp ${port}/exceptions.cpp ${port}/gic.cpp ${port}/gic_el2.cpp ${port}/memory.cpp
                ${port}/port.cpp ${port}/print.cpp ${port}/start.S ${port}/start.cpp ${port}/uart.cpp ${port}/vectors.S
                ${smmu_sw_sources}
        LINKER_SCRIPT ${port}/link.ld
        FLAGS -mgeneral-regs-only "-DGUEST_IMAGE=\"${vmm_guest_bin}\""
        DEPENDS ${vmm_guest_bin})
    add_dependencies(vmm_program vmm_guest)
    get_target_property(vmm_program_bin vmm_program SMMU_BIN)
    smmu_sim_test(vmm_model_test SOURCES vmm_test.cpp
                  USES smmuv3::cpu smmuv3::gicv3 smmuv3::timer
                  DEFINES VMM_PROGRAM="${vmm_program_bin}")
    add_dependencies(vmm_model_test vmm_program)
endif()
