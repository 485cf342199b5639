package columnar
