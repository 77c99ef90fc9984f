Function Named(title As String, what As Variant) As Variant
    Dim one As New com.sun.star.beans.PropertyValue
    one.Name = title
    one.Value = what
    Named = one
End Function

Sub Work(steps As String)
    Dim number As Integer, said As String, part As Variant, book As Object, cell As Object
    number = FreeFile
    Open steps For Input As #number
    Do While Not EOF(number)
        Line Input #number, said
        part = Split(said, Chr(9))
        Select Case part(0)
        Case "open"
            book = StarDesktop.loadComponentFromURL(ConvertToURL(part(1)), "_blank", 0, Array(Named("Hidden", True)))
        Case "number"
            book.Sheets.getByName(part(1)).getCellRangeByName(part(2)).Value = Val(part(3))
        Case "text"
            book.Sheets.getByName(part(1)).getCellRangeByName(part(2)).String = part(3)
        Case "save"
            book.storeToURL(ConvertToURL(part(1)), Array(Named("FilterName", part(2)), Named("FilterOptions", part(3))))
        Case "close"
            book.close(True)
        End Select
    Loop
    Close #number
    Open steps & ".done" For Output As #number
    Close #number
End Sub
