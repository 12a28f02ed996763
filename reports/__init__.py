"""What leaves the house: journal, Allure, plots, traceability."""
