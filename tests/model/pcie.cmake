# Tests of the root complex and of the functions behind it.
smmu_unit_test(pci_function_test SOURCES pci_function_test.cpp pci_interrupts_test.cpp pci_ats_capability_test.cpp
               USES smmuv3::pci_function)
smmu_unit_test(atc_test SOURCES atc_test.cpp USES smmuv3::atc)
smmu_sim_test(root_complex_test SOURCES root_complex_test.cpp root_complex_config_test.cpp root_complex_traffic_test.cpp
              root_complex_ats_test.cpp USES smmuv3::pcie)
smmu_sim_test(test_engine_test
    SOURCES test_engine_test.cpp test_engine_registers_test.cpp test_engine_attributes_test.cpp
            test_engine_commands_test.cpp test_engine_msi_test.cpp
    USES smmuv3::test_engine)
smmu_sim_test(iommu_testdev_test SOURCES iommu_testdev_test.cpp iommu_testdev_bus_test.cpp
              USES smmuv3::iommu_testdev smmuv3::interconnect smmuv3::pcie smmuv3::smmuv3)
smmu_sim_test(ats_endpoint_test SOURCES ats_endpoint_test.cpp USES smmuv3::ats_endpoint)
smmu_sim_test(ats_test
    SOURCES ats_translation_test.cpp ats_pasid_test.cpp ats_invalidation_test.cpp ats_page_request_test.cpp
            ats_page_queue_test.cpp
    USES smmuv3::test_engine smmuv3::pcie smmuv3::smmuv3)
